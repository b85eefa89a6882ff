locals {
  zone_id = var.hosted_zone == null ? one(aws_route53_zone.this[*].zone_id) : var.hosted_zone.id
}

# Named exactly as the app. A zone for the parent domain would make the VPC's Resolver answer NXDOMAIN for every other
# name in it: where a private zone matches, there is no falling back to public DNS.
resource "aws_route53_zone" "this" {
  count = var.hosted_zone == null ? 1 : 0

  name    = var.domain_name
  comment = "app ${var.name}"

  vpc {
    vpc_id = local.vpc_id
  }

  tags = merge(local.tags, { Name = var.domain_name })

  lifecycle {
    # Other VPCs are associated by aws_route53_zone_association, outside this module.
    ignore_changes = [vpc]
  }
}

resource "aws_route53_record" "this" {
  zone_id = local.zone_id
  name    = var.domain_name
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = true
  }
}

# What the corporate DNS servers forward the domain to.
resource "aws_route53_resolver_endpoint" "this" {
  count = var.resolver_endpoint ? 1 : 0

  name               = var.name
  direction          = "INBOUND"
  security_group_ids = aws_security_group.resolver[*].id

  dynamic "ip_address" {
    for_each = local.subnet_ids

    content {
      subnet_id = ip_address.value
    }
  }

  tags = merge(local.tags, { Name = var.name })
}
