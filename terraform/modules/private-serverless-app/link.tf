locals {
  creates_vpn            = var.link.vpn != null
  creates_direct_connect = var.link.direct_connect != null
  creates_link           = local.creates_vpn || local.creates_direct_connect

  # Conditions and not try(): of an object with an id that is not known yet, try() would leave the count unknown.
  creates_direct_connect_gateway = local.creates_direct_connect ? var.link.direct_connect.gateway == null : false
  creates_virtual_interface      = local.creates_direct_connect ? var.link.direct_connect.virtual_interface != null : false
  direct_connect_gateway_id      = local.creates_direct_connect_gateway ? one(aws_dx_gateway.this[*].id) : try(var.link.direct_connect.gateway.id, null)
}

resource "aws_vpn_gateway" "this" {
  count = local.creates_link ? 1 : 0

  vpc_id = local.vpc_id

  tags = merge(local.tags, { Name = var.name })
}

# The way back: without it the load balancer's answers find no route to the office.
resource "aws_vpn_gateway_route_propagation" "this" {
  for_each = local.creates_link ? local.route_table_ids : {}

  vpn_gateway_id = one(aws_vpn_gateway.this[*].id)
  route_table_id = each.value
}

resource "aws_customer_gateway" "this" {
  count = local.creates_vpn ? 1 : 0

  type       = "ipsec.1"
  ip_address = var.link.vpn.customer_gateway_ip_address
  bgp_asn    = var.link.vpn.bgp_asn

  tags = merge(local.tags, { Name = var.name })
}

resource "aws_vpn_connection" "this" {
  count = local.creates_vpn ? 1 : 0

  type                = "ipsec.1"
  customer_gateway_id = one(aws_customer_gateway.this[*].id)
  vpn_gateway_id      = one(aws_vpn_gateway.this[*].id)
  static_routes_only  = var.link.vpn.static_routes

  tags = merge(local.tags, { Name = var.name })
}

resource "aws_vpn_connection_route" "this" {
  for_each = try(var.link.vpn.static_routes, false) ? var.corporate_cidr_blocks : []

  vpn_connection_id      = one(aws_vpn_connection.this[*].id)
  destination_cidr_block = each.value
}

resource "aws_dx_gateway" "this" {
  count = local.creates_direct_connect_gateway ? 1 : 0

  name            = var.name
  amazon_side_asn = var.link.direct_connect.amazon_side_asn
}

resource "aws_dx_gateway_association" "this" {
  count = local.creates_direct_connect ? 1 : 0

  dx_gateway_id         = local.direct_connect_gateway_id
  associated_gateway_id = one(aws_vpn_gateway.this[*].id)

  # What is announced to the corporate side.
  allowed_prefixes = [local.vpc_cidr_block]
}

resource "aws_dx_private_virtual_interface" "this" {
  count = local.creates_virtual_interface ? 1 : 0

  name           = var.name
  connection_id  = var.link.direct_connect.virtual_interface.connection_id
  dx_gateway_id  = local.direct_connect_gateway_id
  vlan           = var.link.direct_connect.virtual_interface.vlan
  bgp_asn        = var.link.direct_connect.virtual_interface.bgp_asn
  address_family = "ipv4"

  tags = merge(local.tags, { Name = var.name })
}
