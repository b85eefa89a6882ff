resource "aws_vpc" "main" {
  cidr_block           = "10.40.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = "intranet" }
}

resource "aws_subnet" "private" {
  count = 2

  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index + 1)
  availability_zone = data.aws_availability_zones.available.names[count.index]

  tags = { Name = "intranet-private-${count.index + 1}" }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id

  tags = { Name = "intranet-private" }
}

resource "aws_route_table_association" "private" {
  count = length(aws_subnet.private)

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private.id
}

# What a company's rules often ask for: an ACL of its own instead of the default one.
resource "aws_network_acl" "private" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = aws_subnet.private[*].id

  tags = { Name = "intranet-private" }
}

resource "aws_network_acl_rule" "private" {
  for_each = {
    office-in      = { number = 100, egress = false, protocol = "-1", block = local.office }
    inside-in      = { number = 110, egress = false, protocol = "-1", block = aws_vpc.main.cidr_block }
    office-out     = { number = 100, egress = true, protocol = "-1", block = local.office }
    inside-out     = { number = 110, egress = true, protocol = "-1", block = aws_vpc.main.cidr_block }
    no-ssh-in      = { number = 50, egress = false, protocol = "tcp", block = "0.0.0.0/0", port = 22, action = "deny" }
    everything-out = { number = 200, egress = true, protocol = "-1", block = "0.0.0.0/0", action = "deny" }
  }

  network_acl_id = aws_network_acl.private.id
  rule_number    = each.value.number
  egress         = each.value.egress
  protocol       = each.value.protocol
  rule_action    = try(each.value.action, "allow")
  cidr_block     = each.value.block
  from_port      = try(each.value.port, null)
  to_port        = try(each.value.port, null)
}
