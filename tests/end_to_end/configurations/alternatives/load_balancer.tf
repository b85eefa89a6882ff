resource "aws_acm_certificate" "corp" {
  certificate_body  = file("${path.module}/material/certificate.pem")
  private_key       = file("${path.module}/material/key.pem")
  certificate_chain = file("${path.module}/material/chain.pem")
}

resource "aws_lb" "inside" {
  name               = "inside"
  internal           = true
  load_balancer_type = "application"
  security_groups    = [aws_security_group.inside["load-balancer"].id]
  subnets            = values(aws_subnet.private)[*].id
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.inside.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate.corp.arn

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "There is no such app"
      status_code  = "404"
    }
  }
}

resource "aws_route53_zone" "corp" {
  name = "corp.example"

  vpc {
    vpc_id = aws_vpc.main.id
  }
}

resource "aws_route53_record" "corp" {
  for_each = {
    (local.app)   = { name = aws_lb.inside.dns_name, zone = aws_lb.inside.zone_id }
    (local.pages) = { name = aws_lb.inside.dns_name, zone = aws_lb.inside.zone_id }
    (local.api)   = { name = aws_vpc_endpoint.api.dns_entry[0].dns_name, zone = aws_vpc_endpoint.api.dns_entry[0].hosted_zone_id }
  }

  zone_id = aws_route53_zone.corp.zone_id
  name    = each.key
  type    = "A"

  alias {
    name                   = each.value.name
    zone_id                = each.value.zone
    evaluate_target_health = false
  }
}
