resource "aws_vpc" "main" {
  cidr_block           = "10.50.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "private" {
  for_each = { for index in [0, 1] : data.aws_availability_zones.available.names[index] => cidrsubnet(aws_vpc.main.cidr_block, 8, index) }

  vpc_id            = aws_vpc.main.id
  cidr_block        = each.value
  availability_zone = each.key
}

# Direct Connect into the VPC's main route table.
resource "aws_vpn_gateway" "office" {
  vpc_id = aws_vpc.main.id
}

resource "aws_vpn_gateway_route_propagation" "main" {
  vpn_gateway_id = aws_vpn_gateway.office.id
  route_table_id = aws_vpc.main.main_route_table_id
}

resource "aws_dx_connection" "office" {
  name      = "office"
  bandwidth = "1Gbps"
  location  = "EqFA5"
}

resource "aws_dx_gateway" "office" {
  name            = "office"
  amazon_side_asn = "64520"
}

resource "aws_dx_gateway_association" "office" {
  dx_gateway_id         = aws_dx_gateway.office.id
  associated_gateway_id = aws_vpn_gateway.office.id
  allowed_prefixes      = [aws_vpc.main.cidr_block]
}

resource "aws_dx_private_virtual_interface" "office" {
  connection_id  = aws_dx_connection.office.id
  dx_gateway_id  = aws_dx_gateway.office.id
  name           = "office"
  vlan           = 140
  bgp_asn        = 65010
  address_family = "ipv4"
}

resource "aws_security_group" "inside" {
  for_each = { load-balancer = local.office, endpoints = aws_vpc.main.cidr_block }

  name   = each.key
  vpc_id = aws_vpc.main.id

  ingress {
    description = "HTTPS"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = [each.value]
  }

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
