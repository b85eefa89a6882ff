output "url" {
  value = "https://${local.domain}/"
}

output "endpoint_addresses" {
  value = sort(data.aws_network_interface.endpoint[*].private_ip)
}

output "endpoint_names" {
  value = aws_vpc_endpoint.api.dns_entry[*].dns_name
}

output "resolver_addresses" {
  value = sort(aws_route53_resolver_endpoint.office.ip_address[*].ip)
}
