locals {
  requests_public_certificate = var.certificate.public_zone != null

  certificate_arn = (
    var.certificate.existing != null ? var.certificate.existing.arn :
    local.requests_public_certificate ? one(aws_acm_certificate_validation.this[*].certificate_arn) :
    one(aws_acm_certificate.this[*].arn)
  )
}

resource "aws_acm_certificate" "this" {
  count = var.certificate.existing == null ? 1 : 0

  domain_name               = var.domain_name
  validation_method         = local.requests_public_certificate ? "DNS" : null
  certificate_authority_arn = try(var.certificate.private_ca.arn, null)

  tags = merge(local.tags, { Name = var.domain_name })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "certificate_validation" {
  for_each = local.requests_public_certificate ? toset([var.domain_name]) : []

  zone_id         = var.certificate.public_zone.id
  name            = one([for option in aws_acm_certificate.this[0].domain_validation_options : option.resource_record_name if option.domain_name == each.key])
  type            = one([for option in aws_acm_certificate.this[0].domain_validation_options : option.resource_record_type if option.domain_name == each.key])
  records         = [for option in aws_acm_certificate.this[0].domain_validation_options : option.resource_record_value if option.domain_name == each.key]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  count = local.requests_public_certificate ? 1 : 0

  certificate_arn         = one(aws_acm_certificate.this[*].arn)
  validation_record_fqdns = [for record in aws_route53_record.certificate_validation : record.fqdn]
}
