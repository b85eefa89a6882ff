# The office: a VPN, or Direct Connect where var.link says so.
variable "link" {
  type    = string
  default = "vpn"

  validation {
    condition     = contains(["vpn", "direct-connect"], var.link)
    error_message = "The link is vpn or direct-connect."
  }
}

resource "aws_vpn_gateway" "office" {
  vpc_id          = aws_vpc.main.id
  amazon_side_asn = 64620

  tags = { Name = "intranet" }
}

resource "aws_vpn_gateway_route_propagation" "private" {
  vpn_gateway_id = aws_vpn_gateway.office.id
  route_table_id = aws_route_table.private.id
}

resource "aws_customer_gateway" "office" {
  count = var.link == "vpn" ? 1 : 0

  type       = "ipsec.1"
  bgp_asn    = 65010
  ip_address = "203.0.113.10"

  tags = { Name = "office" }
}

resource "aws_vpn_connection" "office" {
  count = var.link == "vpn" ? 1 : 0

  type                = "ipsec.1"
  customer_gateway_id = aws_customer_gateway.office[0].id
  vpn_gateway_id      = aws_vpn_gateway.office.id
  static_routes_only  = true

  tunnel1_inside_cidr                  = "169.254.40.0/30"
  tunnel1_phase1_dh_group_numbers      = [20]
  tunnel1_phase1_encryption_algorithms = ["AES256-GCM-16"]
  tunnel1_ike_versions                 = ["ikev2"]
  tunnel2_inside_cidr                  = "169.254.41.0/30"
  tunnel2_startup_action               = "start"

  tags = { Name = "office" }
}

resource "aws_vpn_connection_route" "office" {
  count = var.link == "vpn" ? 1 : 0

  vpn_connection_id      = aws_vpn_connection.office[0].id
  destination_cidr_block = local.office
}

resource "aws_dx_connection" "office" {
  count = var.link == "direct-connect" ? 1 : 0

  name      = "office"
  bandwidth = "1Gbps"
  location  = "EqFA5"
}

resource "aws_dx_gateway" "office" {
  count = var.link == "direct-connect" ? 1 : 0

  name            = "office"
  amazon_side_asn = "64520"
}

resource "aws_dx_gateway_association" "office" {
  count = var.link == "direct-connect" ? 1 : 0

  dx_gateway_id         = aws_dx_gateway.office[0].id
  associated_gateway_id = aws_vpn_gateway.office.id
  allowed_prefixes      = [aws_vpc.main.cidr_block]
}

resource "aws_dx_private_virtual_interface" "office" {
  count = var.link == "direct-connect" ? 1 : 0

  connection_id  = aws_dx_connection.office[0].id
  dx_gateway_id  = aws_dx_gateway.office[0].id
  name           = "office"
  vlan           = 140
  bgp_asn        = 65010
  address_family = "ipv4"
}
