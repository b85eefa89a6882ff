# The domain is the company's own, so a public zone in it can prove that to Amazon. Only the proof is public.
resource "aws_route53_zone" "public" {
  name = "corp.example"
}

resource "aws_acm_certificate" "intranet" {
  domain_name               = local.domain
  subject_alternative_names = ["api.${local.domain}"]
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  for_each = {
    for option in aws_acm_certificate.intranet.domain_validation_options : option.domain_name => {
      name  = option.resource_record_name
      type  = option.resource_record_type
      value = option.resource_record_value
    }
  }

  zone_id         = aws_route53_zone.public.zone_id
  name            = each.value.name
  type            = each.value.type
  records         = [each.value.value]
  ttl             = 60
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "intranet" {
  certificate_arn         = aws_acm_certificate.intranet.arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

# The app's former name, with a certificate of the company's own authority.
resource "aws_acm_certificate" "former" {
  certificate_body  = file("${path.module}/material/certificate.pem")
  private_key       = file("${path.module}/material/key.pem")
  certificate_chain = file("${path.module}/material/chain.pem")

  tags = { Name = local.former }
}
