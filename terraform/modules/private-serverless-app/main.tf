# What several of the other files speak of. A file per concern:
#
#   network.tf           VPC, subnets, route table, or the existing ones
#   link.tf              Site-to-Site VPN or Direct Connect
#   security_groups.tf   who may speak to whom
#   endpoint.tf          interface endpoint for API Gateway, and its policy
#   load_balancer.tf     internal Application Load Balancer, its listener and targets
#   names.tf             private zone, alias record, Resolver inbound endpoint
#   certificate.tf       the certificate, existing or requested
#   api.tf               private REST API: policy, methods, deployment, stage, domain name
#   function.tf          Lambda function, role, permissions
#   frontend.tf          bucket, objects, and the methods that read them
#   tables.tf            DynamoDB tables
#   logs.tf              log groups

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.id

  tags = merge({ app = var.name }, var.tags)
}
