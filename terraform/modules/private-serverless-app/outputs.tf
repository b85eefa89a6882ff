output "url" {
  description = "Where people find the app."
  value       = "https://${var.domain_name}"
}

output "vpc_id" {
  description = "The VPC."
  value       = local.vpc_id
}

output "subnet_ids" {
  description = "The subnets by Availability Zone."
  value       = local.subnet_ids
}

output "vpc_endpoint_id" {
  description = "The execute-api endpoint."
  value       = aws_vpc_endpoint.this.id
}

output "security_group_ids" {
  description = "The security groups by what they guard: load_balancer, endpoint, resolver (null without Resolver endpoint)."
  value = {
    load_balancer = aws_security_group.load_balancer.id
    endpoint      = aws_security_group.endpoint.id
    resolver      = one(aws_security_group.resolver[*].id)
  }
}

output "load_balancer_arn" {
  description = "The load balancer, for example to put a web ACL on it."
  value       = aws_lb.this.arn
}

output "load_balancer_dns_name" {
  description = "The load balancer's own name, for records outside the private zone."
  value       = aws_lb.this.dns_name
}

output "load_balancer_zone_id" {
  description = "The hosted zone of that name, for alias records."
  value       = aws_lb.this.zone_id
}

output "listener_arn" {
  description = "The HTTPS listener, for rules of other apps."
  value       = aws_lb_listener.https.arn
}

output "rest_api_id" {
  description = "The REST API."
  value       = aws_api_gateway_rest_api.this.id
}

output "stage_name" {
  description = "The stage that the domain name is mapped to."
  value       = aws_api_gateway_stage.this.stage_name
}

output "function_name" {
  description = "The backend's function."
  value       = aws_lambda_function.backend.function_name
}

output "function_role_name" {
  description = "The function's role, to attach further policies to."
  value       = aws_iam_role.function.name
}

output "bucket_name" {
  description = "The frontend's bucket."
  value       = aws_s3_bucket.frontend.id
}

output "table_names" {
  description = "The DynamoDB tables' names on AWS by the names given."
  value       = { for name, table in aws_dynamodb_table.this : name => table.name }
}

output "hosted_zone_id" {
  description = "The private hosted zone of the record."
  value       = local.zone_id
}

output "resolver_addresses" {
  description = "What the corporate DNS servers forward the domain to; empty without Resolver endpoint."
  value       = sort(flatten(aws_route53_resolver_endpoint.this[*].ip_address[*].ip))
}

output "certificate_arn" {
  description = "The certificate in use."
  value       = local.certificate_arn
}

output "vpn_gateway_id" {
  description = "The virtual private gateway; null without a link of this module."
  value       = one(aws_vpn_gateway.this[*].id)
}

output "vpn_connection_id" {
  description = "The VPN connection; null without one."
  value       = one(aws_vpn_connection.this[*].id)
}

output "customer_gateway_configuration" {
  description = "What to configure the corporate VPN device with, pre-shared keys included; null without VPN."
  value       = one(aws_vpn_connection.this[*].customer_gateway_configuration)
  sensitive   = true
}

output "direct_connect_gateway_id" {
  description = "The Direct Connect gateway; null without one."
  value       = local.direct_connect_gateway_id
}

output "log_group_names" {
  description = "The log groups: function, access (null without access logs)."
  value = {
    function = aws_cloudwatch_log_group.function.name
    access   = one(aws_cloudwatch_log_group.access[*].name)
  }
}
