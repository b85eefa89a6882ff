# Groups are stateful: only the load balancer, which opens connections itself, has an egress rule.

resource "aws_security_group" "load_balancer" {
  name        = "${var.name}-load-balancer"
  description = "HTTPS from the corporate network"
  vpc_id      = local.vpc_id

  tags = merge(local.tags, { Name = "${var.name}-load-balancer" })
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer_from_corporate" {
  for_each = var.corporate_cidr_blocks

  security_group_id = aws_security_group.load_balancer.id
  description       = "corporate network"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443

  tags = local.tags
}

resource "aws_vpc_security_group_egress_rule" "load_balancer_to_endpoint" {
  security_group_id            = aws_security_group.load_balancer.id
  description                  = "to the endpoint"
  referenced_security_group_id = aws_security_group.endpoint.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443

  tags = local.tags
}

resource "aws_security_group" "endpoint" {
  name        = "${var.name}-endpoint"
  description = "HTTPS from the load balancer"
  vpc_id      = local.vpc_id

  tags = merge(local.tags, { Name = "${var.name}-endpoint" })
}

resource "aws_vpc_security_group_ingress_rule" "endpoint_from_load_balancer" {
  security_group_id            = aws_security_group.endpoint.id
  description                  = "from the load balancer"
  referenced_security_group_id = aws_security_group.load_balancer.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443

  tags = local.tags
}

resource "aws_security_group" "resolver" {
  count = var.resolver_endpoint ? 1 : 0

  name        = "${var.name}-resolver"
  description = "DNS from the corporate network"
  vpc_id      = local.vpc_id

  tags = merge(local.tags, { Name = "${var.name}-resolver" })
}

resource "aws_vpc_security_group_ingress_rule" "resolver_from_corporate" {
  for_each = var.resolver_endpoint ? {
    for pair in setproduct(["tcp", "udp"], var.corporate_cidr_blocks) :
    "${pair[0]} ${pair[1]}" => { protocol = pair[0], cidr_block = pair[1] }
  } : {}

  security_group_id = one(aws_security_group.resolver[*].id)
  description       = "corporate network"
  cidr_ipv4         = each.value.cidr_block
  ip_protocol       = each.value.protocol
  from_port         = 53
  to_port           = 53

  tags = local.tags
}
