resource "aws_lb" "this" {
  name               = var.name
  load_balancer_type = "application"
  internal           = true
  ip_address_type    = "ipv4"
  subnets            = values(local.subnet_ids)
  security_groups    = [aws_security_group.load_balancer.id]

  idle_timeout               = var.load_balancer.idle_timeout
  drop_invalid_header_fields = var.load_balancer.drop_invalid_header_fields
  enable_deletion_protection = var.load_balancer.deletion_protection

  dynamic "access_logs" {
    for_each = var.load_balancer.access_logs[*]

    content {
      enabled = true
      bucket  = access_logs.value.bucket
      prefix  = access_logs.value.prefix
    }
  }

  tags = merge(local.tags, { Name = var.name })
}

# The checker sends the target's address as Host, by which API Gateway finds no API and answers 403. That is health:
# the matcher admits it.
resource "aws_lb_target_group" "endpoint" {
  name                 = "${var.name}-endpoint"
  vpc_id               = local.vpc_id
  target_type          = "ip"
  protocol             = "HTTPS"
  port                 = 443
  deregistration_delay = 60

  health_check {
    protocol            = "HTTPS"
    port                = "traffic-port"
    path                = "/"
    matcher             = "200-499"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  tags = merge(local.tags, { Name = "${var.name}-endpoint" })
}

resource "aws_lb_target_group_attachment" "endpoint" {
  for_each = local.endpoint_addresses

  target_group_arn = aws_lb_target_group.endpoint.arn
  target_id        = each.value
  port             = 443
}

# The Host goes to the endpoint as it came, for API Gateway finds the API by it.
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = var.load_balancer.ssl_policy
  certificate_arn   = local.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.endpoint.arn
  }

  tags = merge(local.tags, { Name = var.name })
}
