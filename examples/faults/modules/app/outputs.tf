output "vpc" {
  value = aws_vpc.this
}

output "subnets" {
  value = aws_subnet.this
}

output "route_table" {
  value = aws_route_table.this
}

output "endpoint" {
  value = aws_vpc_endpoint.api
}

output "endpoint_addresses" {
  description = "In each subnet"
  value       = data.aws_network_interface.endpoint[*].private_ip
}

output "endpoint_security_group_id" {
  value = aws_security_group.endpoint.id
}

output "api" {
  value = aws_api_gateway_rest_api.this
}

output "stage" {
  value = aws_api_gateway_stage.live
}

output "alias" {
  description = "What the API invokes"
  value       = aws_lambda_alias.live
}

output "bucket" {
  value = aws_s3_bucket.pages
}

output "gateway_role" {
  description = "What API Gateway reads the bucket as"
  value       = aws_iam_role.gateway
}
