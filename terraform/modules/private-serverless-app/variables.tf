variable "name" {
  description = "Name of the app. The names of all resources derive from it; the longest is the target group's, NAME-endpoint, of at most 32 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,21}[a-z0-9])?$", var.name))
    error_message = "The name has at most 23 lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen."
  }

  validation {
    condition     = !can(regex("^(internal-|xn--|sthree-)", var.name))
    error_message = "AWS reserves names that begin with internal-, xn-- or sthree-."
  }
}

variable "domain_name" {
  description = "What people type. It is the Host that reaches API Gateway, the name on the certificate, and the record in the private zone."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain_name))
    error_message = "The domain name is a DNS name of two or more labels in lower case, for example orders.corp.example."
  }
}

variable "corporate_cidr_blocks" {
  description = "The networks that may reach the app: they are admitted to the load balancer and the Resolver endpoint, and routed over the link if this module makes one."
  type        = set(string)

  validation {
    condition     = length(var.corporate_cidr_blocks) > 0 && alltrue([for block in var.corporate_cidr_blocks : can(cidrhost(block, 0))])
    error_message = "Name at least one block, for example 192.168.0.0/16."
  }

  validation {
    condition     = !contains(var.corporate_cidr_blocks, "0.0.0.0/0")
    error_message = "0.0.0.0/0 is not a corporate network: the app is private."
  }
}

variable "network" {
  description = <<-EOT
    The VPC: either an existing one or one to create, not both.

    existing: the usual case in a company. Subnets by Availability Zone (one each, in two zones or more); the
    VPC's DNS support and DNS host names must be on. The route tables, under names of your own, are those that
    corporate routes are propagated into if this module makes the link.

    create: a block for the VPC and a block per Availability Zone, each /27 or larger.
  EOT
  type = object({
    existing = optional(object({
      vpc_id          = string
      subnet_ids      = map(string)
      route_table_ids = optional(map(string), {})
    }))
    create = optional(object({
      cidr_block = string
      subnets    = map(string)
    }))
  })

  validation {
    condition     = (var.network.existing == null) != (var.network.create == null)
    error_message = "Give either network.existing or network.create."
  }

  validation {
    condition     = length(try(var.network.existing.subnet_ids, var.network.create.subnets)) >= 2
    error_message = "An Application Load Balancer needs subnets in two Availability Zones."
  }

  validation {
    condition     = var.network.create == null || can([for block in concat([var.network.create.cidr_block], values(var.network.create.subnets)) : cidrhost(block, 0)])
    error_message = "network.create takes IPv4 blocks, for example 10.20.0.0/16 and 10.20.1.0/24."
  }
}

variable "link" {
  description = <<-EOT
    The link to the corporate network: a Site-to-Site VPN, Direct Connect, or neither if the VPC has one already
    (a transit gateway, a virtual private gateway that is attached).

    vpn: the public address of the corporate VPN device. Static routes to the corporate blocks unless
    static_routes is false, then BGP announces them.

    direct_connect: an existing Direct Connect gateway, or none to have one created. A private virtual interface
    is created on the connection if one is given.
  EOT
  type = object({
    vpn = optional(object({
      customer_gateway_ip_address = string
      bgp_asn                     = optional(number, 65000)
      static_routes               = optional(bool, true)
    }))
    direct_connect = optional(object({
      gateway         = optional(object({ id = string }))
      amazon_side_asn = optional(number, 64512)
      virtual_interface = optional(object({
        connection_id = string
        vlan          = number
        bgp_asn       = optional(number, 65000)
      }))
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.link.vpn == null || var.link.direct_connect == null
    error_message = "Give link.vpn, link.direct_connect or neither."
  }

  validation {
    condition     = var.link.vpn == null || can(cidrhost("${var.link.vpn.customer_gateway_ip_address}/32", 0))
    error_message = "link.vpn.customer_gateway_ip_address is an IPv4 address."
  }

  validation {
    condition     = try(var.link.direct_connect.virtual_interface.vlan, null) == null || try(var.link.direct_connect.virtual_interface.vlan >= 1 && var.link.direct_connect.virtual_interface.vlan <= 4094, false)
    error_message = "A VLAN is a number from 1 to 4094."
  }
}

variable "certificate" {
  description = <<-EOT
    The certificate for the domain name, of the same Region; the load balancer and API Gateway both use it. One of:

    existing: its ARN, the usual case where a company imports its own.

    public_zone: a public hosted zone in which Amazon sees that the name is yours; a certificate is requested. The
    app stays private: only the validation record is public.

    private_ca: a private certificate authority that issues one.
  EOT
  type = object({
    existing    = optional(object({ arn = string }))
    public_zone = optional(object({ id = string }))
    private_ca  = optional(object({ arn = string }))
  })

  validation {
    condition     = length([for way in [var.certificate.existing, var.certificate.public_zone, var.certificate.private_ca] : true if way != null]) == 1
    error_message = "Give exactly one of certificate.existing, certificate.public_zone and certificate.private_ca."
  }
}

variable "hosted_zone" {
  description = "An existing private hosted zone of the VPC for the alias record. Null creates one named exactly as the app: a zone for its parent would hide every other name in it from the VPC."
  type        = object({ id = string })
  default     = null
}

variable "resolver_endpoint" {
  description = "Whether to create a Route 53 Resolver inbound endpoint, to which the corporate DNS servers forward the domain. False where the VPC has one already."
  type        = bool
  default     = true
  nullable    = false
}

variable "function" {
  description = <<-EOT
    The backend: a .zip deployment package on this machine, and how Lambda runs it. It answers at the route and at
    every path below it.

    policy_statements are added to what its role may do (its own log, its own tables).
  EOT
  type = object({
    package                        = string
    handler                        = string
    runtime                        = optional(string, "python3.12")
    architecture                   = optional(string, "x86_64")
    route                          = optional(string, "/api")
    memory_size                    = optional(number, 128)
    timeout                        = optional(number, 3)
    environment                    = optional(map(string), {})
    reserved_concurrent_executions = optional(number)
    log_retention_in_days          = optional(number, 30)
    policy_statements = optional(list(object({
      sid       = string
      actions   = list(string)
      resources = list(string)
    })), [])
  })

  validation {
    condition     = can(regex("^(/[A-Za-z0-9._~:-]+){1,3}$", var.function.route))
    error_message = "function.route has one to three segments, for example /api or /orders/v1."
  }

  validation {
    condition     = !contains(["/ping", "/sping"], var.function.route)
    error_message = "API Gateway keeps /ping and /sping on custom domain names."
  }

  validation {
    condition     = var.function.memory_size >= 128 && var.function.memory_size <= 10240
    error_message = "function.memory_size is 128 to 10240 MB."
  }

  validation {
    condition     = var.function.timeout >= 1 && var.function.timeout <= 900
    error_message = "function.timeout is 1 to 900 s; API Gateway itself waits 29 s."
  }

  validation {
    condition     = contains(["x86_64", "arm64"], var.function.architecture)
    error_message = "function.architecture is x86_64 or arm64."
  }
}

variable "frontend" {
  description = <<-EOT
    The static files: a folder on this machine, uploaded to a bucket that only API Gateway reads.

    fallback: answer paths that name no file with the index, as single-page apps need.

    bucket_name: NAME-frontend-ACCOUNT when not given. force_destroy deletes the bucket with what is in it.
  EOT
  type = object({
    folder        = string
    index         = optional(string, "index.html")
    fallback      = optional(bool, true)
    bucket_name   = optional(string)
    versioning    = optional(bool, false)
    force_destroy = optional(bool, false)
  })

  validation {
    condition     = can(regex("^[^/']+$", var.frontend.index))
    error_message = "frontend.index is a file at the top of the folder."
  }
}

variable "tables" {
  description = "DynamoDB tables of the backend by name, billed per request. Keys are strings. The function finds a table's name in NAME_TABLE."
  type = map(object({
    key                    = string
    sort_key               = optional(string)
    point_in_time_recovery = optional(bool, false)
    deletion_protection    = optional(bool, false)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.tables) : can(regex("^[A-Za-z][A-Za-z0-9_-]*$", name))])
    error_message = "A table's name has letters, digits, hyphens and underscores, a letter first."
  }
}

variable "api" {
  description = <<-EOT
    The stage of the REST API.

    access_logs and a logging_level other than OFF need the CloudWatch role in the API Gateway settings of the
    account and Region, of which there is one: cloudwatch_role creates it where nobody has yet.
  EOT
  type = object({
    stage_name             = optional(string, "live")
    access_logs            = optional(bool, true)
    log_retention_in_days  = optional(number, 30)
    logging_level          = optional(string, "OFF")
    metrics_enabled        = optional(bool, true)
    throttling_rate_limit  = optional(number)
    throttling_burst_limit = optional(number)
    xray_tracing_enabled   = optional(bool, false)
    cloudwatch_role        = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]+$", var.api.stage_name))
    error_message = "A stage's name has letters, digits, hyphens and underscores."
  }

  validation {
    condition     = contains(["OFF", "ERROR", "INFO"], var.api.logging_level)
    error_message = "api.logging_level is OFF, ERROR or INFO."
  }
}

variable "load_balancer" {
  description = "The internal Application Load Balancer: its TLS policy, idle timeout and protection, and the bucket for its access logs, if any."
  type = object({
    ssl_policy                 = optional(string, "ELBSecurityPolicy-TLS13-1-2-2021-06")
    idle_timeout               = optional(number, 60)
    drop_invalid_header_fields = optional(bool, false)
    deletion_protection        = optional(bool, false)
    access_logs = optional(object({
      bucket = string
      prefix = optional(string)
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = startswith(var.load_balancer.ssl_policy, "ELBSecurityPolicy-")
    error_message = "load_balancer.ssl_policy is a security policy of Elastic Load Balancing, for example ELBSecurityPolicy-TLS13-1-2-2021-06."
  }

  validation {
    condition     = var.load_balancer.idle_timeout >= 1 && var.load_balancer.idle_timeout <= 4000
    error_message = "load_balancer.idle_timeout is 1 to 4000 s."
  }
}

variable "tags" {
  description = "Tags of every resource, beside the provider's default_tags, app and Name."
  type        = map(string)
  default     = {}
  nullable    = false
}
