# Whom the endpoint admits is for whoever uses this module to say.
resource "aws_security_group" "endpoint" {
  name        = "${var.name}-endpoint"
  description = "HTTPS to the API"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_endpoint" "api" {
  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${local.region}.execute-api"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = aws_subnet.this[*].id
  security_group_ids  = [aws_security_group.endpoint.id]
  private_dns_enabled = true

  tags = { Name = var.name }
}

# A resource of its own, for the API needs the endpoint's id.
resource "aws_vpc_endpoint_policy" "api" {
  vpc_endpoint_id = aws_vpc_endpoint.api.id

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

data "aws_network_interface" "endpoint" {
  count = length(aws_subnet.this)

  id = tolist(aws_vpc_endpoint.api.network_interface_ids)[count.index]
}
