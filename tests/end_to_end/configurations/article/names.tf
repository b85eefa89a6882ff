resource "aws_route53_zone" "private" {
  for_each = toset([local.domain, local.former])

  name = each.key

  vpc {
    vpc_id = aws_vpc.main.id
  }
}

resource "aws_route53_record" "load_balancer" {
  for_each = aws_route53_zone.private

  zone_id = each.value.zone_id
  name    = each.key
  type    = "A"

  alias {
    name                   = aws_lb.intranet.dns_name
    zone_id                = aws_lb.intranet.zone_id
    evaluate_target_health = true
  }
}

resource "aws_security_group" "resolver" {
  name        = "intranet-resolver"
  description = "DNS from the office"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "resolver" {
  for_each = toset(["tcp", "udp"])

  security_group_id = aws_security_group.resolver.id
  cidr_ipv4         = local.office
  ip_protocol       = each.key
  from_port         = 53
  to_port           = 53
}

# What the office's DNS servers forward the domain to.
resource "aws_route53_resolver_endpoint" "office" {
  name               = "intranet"
  direction          = "INBOUND"
  security_group_ids = [aws_security_group.resolver.id]

  dynamic "ip_address" {
    for_each = aws_subnet.private

    content {
      subnet_id = ip_address.value.id
    }
  }
}
