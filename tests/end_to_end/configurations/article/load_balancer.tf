resource "aws_security_group" "load_balancer" {
  name        = "intranet-load-balancer"
  description = "HTTPS from the office"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer" {
  for_each = toset(["80", "443"])

  security_group_id = aws_security_group.load_balancer.id
  description       = "from the office"
  cidr_ipv4         = local.office
  ip_protocol       = "tcp"
  from_port         = each.key
  to_port           = each.key
}

resource "aws_vpc_security_group_egress_rule" "load_balancer" {
  security_group_id            = aws_security_group.load_balancer.id
  description                  = "to the endpoint"
  referenced_security_group_id = aws_security_group.endpoint.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_lb" "intranet" {
  name                       = "intranet"
  internal                   = true
  load_balancer_type         = "application"
  security_groups            = [aws_security_group.load_balancer.id]
  subnets                    = aws_subnet.private[*].id
  drop_invalid_header_fields = true
  idle_timeout               = 120
}

# API Gateway answers 403 to a health check, for its Host names no API.
resource "aws_lb_target_group" "endpoint" {
  name        = "intranet-endpoint"
  vpc_id      = aws_vpc.main.id
  target_type = "ip"
  protocol    = "HTTPS"
  port        = 443

  health_check {
    protocol = "HTTPS"
    path     = "/"
    matcher  = "200,403"
    interval = 15
  }
}

# An interface endpoint's addresses are those of its network interfaces, one in each subnet.
data "aws_network_interface" "endpoint" {
  count = length(aws_subnet.private)

  id = tolist(aws_vpc_endpoint.api.network_interface_ids)[count.index]
}

resource "aws_lb_target_group_attachment" "endpoint" {
  count = length(aws_subnet.private)

  target_group_arn = aws_lb_target_group.endpoint.arn
  target_id        = data.aws_network_interface.endpoint[count.index].private_ip
  port             = 443
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.intranet.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.intranet.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.endpoint.arn
  }
}

resource "aws_lb_listener_certificate" "former" {
  listener_arn    = aws_lb_listener.https.arn
  certificate_arn = aws_acm_certificate.former.arn
}

# Bookmarks of the former name go on working.
resource "aws_lb_listener_rule" "former" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 10

  condition {
    host_header {
      values = [local.former]
    }
  }

  action {
    type = "redirect"

    redirect {
      host        = local.domain
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.intranet.arn
  protocol          = "HTTP"
  port              = 80

  default_action {
    type = "redirect"

    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
}
