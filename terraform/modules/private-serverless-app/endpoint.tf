resource "aws_vpc_endpoint" "this" {
  vpc_endpoint_type  = "Interface"
  vpc_id             = local.vpc_id
  service_name       = "com.amazonaws.${local.region}.execute-api"
  subnet_ids         = values(local.subnet_ids)
  security_group_ids = [aws_security_group.endpoint.id]

  # Private DNS would capture the names of every other API of the Region within the VPC.
  private_dns_enabled = false

  tags = merge(local.tags, { Name = "${var.name}-endpoint" })
}

# This API and no other. A resource of its own, for the API needs the endpoint's id.
resource "aws_vpc_endpoint_policy" "this" {
  vpc_endpoint_id = aws_vpc_endpoint.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyThisApi"
      Effect    = "Allow"
      Principal = "*"
      Action    = "execute-api:Invoke"
      Resource  = "${aws_api_gateway_rest_api.this.execution_arn}/*"
    }]
  })
}

# The addresses of subnets that the endpoint gets by a change: its own attribute has those of before.
data "aws_network_interface" "endpoint" {
  for_each = local.subnet_ids

  filter {
    name   = "description"
    values = ["VPC Endpoint Interface ${aws_vpc_endpoint.this.id}"]
  }

  filter {
    name   = "subnet-id"
    values = [each.value]
  }

  depends_on = [aws_vpc_endpoint.this]
}

locals {
  # By Availability Zone. The endpoint's own attribute comes first: a change of the endpoint leaves it known in the
  # plan, while the data source has to wait, and a target whose address is not known would be replaced.
  endpoint_addresses = {
    for zone, subnet_id in local.subnet_ids : zone => coalesce(
      one([for each in aws_vpc_endpoint.this.subnet_configuration : each.ipv4 if each.subnet_id == subnet_id]),
      data.aws_network_interface.endpoint[zone].private_ip,
    )
  }
}
