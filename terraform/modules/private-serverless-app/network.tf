locals {
  creates_network = var.network.create != null

  vpc_id         = local.creates_network ? one(aws_vpc.this[*].id) : var.network.existing.vpc_id
  vpc_cidr_block = local.creates_network ? var.network.create.cidr_block : one(data.aws_vpc.existing[*].cidr_block)

  # By Availability Zone: what stands in a subnet keeps its identity when another zone is added.
  subnet_ids = local.creates_network ? { for zone, subnet in aws_subnet.this : zone => subnet.id } : var.network.existing.subnet_ids

  route_table_ids = local.creates_network ? { private = one(aws_route_table.this[*].id) } : var.network.existing.route_table_ids
}

data "aws_vpc" "existing" {
  count = local.creates_network ? 0 : 1

  id = var.network.existing.vpc_id
}

resource "aws_vpc" "this" {
  count = local.creates_network ? 1 : 0

  cidr_block = var.network.create.cidr_block

  # Without both, no private hosted zone is answered in the VPC.
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = merge(local.tags, { Name = var.name })
}

resource "aws_subnet" "this" {
  for_each = local.creates_network ? var.network.create.subnets : {}

  vpc_id            = local.vpc_id
  availability_zone = each.key
  cidr_block        = each.value

  tags = merge(local.tags, { Name = "${var.name}-${each.key}" })
}

# No route to the internet: the local one, and those propagated from the link.
resource "aws_route_table" "this" {
  count = local.creates_network ? 1 : 0

  vpc_id = local.vpc_id

  tags = merge(local.tags, { Name = var.name })
}

resource "aws_route_table_association" "this" {
  for_each = aws_subnet.this

  subnet_id      = each.value.id
  route_table_id = one(aws_route_table.this[*].id)
}
