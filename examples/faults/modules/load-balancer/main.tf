terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60"
    }
  }
}

resource "aws_security_group" "this" {
  name        = "${var.name}-load-balancer"
  description = "HTTPS from clients"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  security_group_id = aws_security_group.this.id
  description       = "from clients"
  cidr_ipv4         = var.client_cidr_block
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "endpoint" {
  security_group_id            = aws_security_group.this.id
  description                  = "to the endpoint"
  referenced_security_group_id = var.endpoint.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_lb" "this" {
  name               = var.name
  internal           = var.internal
  load_balancer_type = "application"
  security_groups    = [aws_security_group.this.id]
  subnets            = var.subnet_ids
}

# API Gateway answers 403 to a health check, for its Host names no API.
resource "aws_lb_target_group" "endpoint" {
  name        = "${var.name}-endpoint"
  vpc_id      = var.vpc_id
  target_type = "ip"
  protocol    = "HTTPS"
  port        = 443

  health_check {
    protocol = "HTTPS"
    path     = "/"
    matcher  = "200,403"
  }
}

resource "aws_lb_target_group_attachment" "endpoint" {
  count = length(var.subnet_ids)

  target_group_arn = aws_lb_target_group.endpoint.arn
  target_id        = var.endpoint.addresses[count.index]
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate.this.arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.endpoint.arn
  }
}

# From the company's own authority: the name is nobody else's business.
resource "aws_acm_certificate" "this" {
  domain_name               = var.domain
  certificate_authority_arn = var.certificate_authority_arn

  lifecycle {
    create_before_destroy = true
  }
}

# The load balancer keeps the Host, and the endpoint finds the API by it.
resource "aws_api_gateway_domain_name" "this" {
  domain_name              = var.domain
  regional_certificate_arn = aws_acm_certificate.this.arn
  security_policy          = "TLS_1_2"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_base_path_mapping" "this" {
  domain_name = aws_api_gateway_domain_name.this.domain_name
  api_id      = var.api.id
  stage_name  = var.api.stage_name
}

resource "aws_route53_zone" "this" {
  name = var.domain

  vpc {
    vpc_id = var.vpc_id
  }
}

resource "aws_route53_record" "this" {
  zone_id = aws_route53_zone.this.zone_id
  name    = var.domain
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = true
  }
}
