"""The root module that ``landbridge terraform`` writes: a declared app calls the module that ships here.

What stands in ``landbridge.toml`` stands in ``main.tf``; what only the company knows (its certificate, its
VPN device, a network it has already) is a variable. Code and frontend are copied beside it, so that the
folder can be moved, committed and applied elsewhere.
"""

from collections.abc import Iterator, Mapping
from importlib.resources import files

from landbridge.blueprint.declaration import Declaration, Design, LinkType, TableKeys
from landbridge.blueprint.naming import STAGE
from landbridge.errors import UnsupportedError
from landbridge.terraform import hcl

MODULE = "private-serverless-app"
MODULE_FOLDER = f"modules/{MODULE}"
CODE = "backend.zip"
FRONTEND_FOLDER = "frontend"
MOST_ROUTE_SEGMENTS = 3
"""As many as the module has resources for."""
MARK = "# Written by landbridge terraform."
"""The first line of ``main.tf``; what begins so may be written again."""

VERSIONS = """\
terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60"
    }
  }
}
"""


def root_module(declaration: Declaration) -> dict[str, str]:
    """The texts of the root module by relative path, but for the module it calls."""
    if declaration.design is not Design.GATEWAY:
        raise UnsupportedError(
            f'design = "{declaration.design}" is not yet written as Terraform',
            'design = "gateway" is; the other one runs with landbridge up',
        )
    segments = declaration.backend.route.count("/")
    if segments > MOST_ROUTE_SEGMENTS:
        raise UnsupportedError(
            f"backend.route {declaration.backend.route} has {segments} segments; the module takes three",
            "choose a shorter route: /orders/v1",
        )
    return {
        "main.tf": _main(declaration),
        "variables.tf": _variables(declaration),
        "outputs.tf": _outputs(declaration),
        "versions.tf": VERSIONS,
        "README.md": _readme(declaration),
    }


def module_files() -> dict[str, bytes]:
    """The module's own files by path relative to the root module; its examples are not among them."""
    folder = files(__package__) / "modules" / MODULE
    return {
        f"{MODULE_FOLDER}/{entry.name}": entry.read_bytes()
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith((".tf", ".md"))
    }


def _main(declaration: Declaration) -> str:
    provider = hcl.block("provider", "aws", body=hcl.attributes({"region": hcl.text(declaration.region)}))
    module = hcl.block("module", "app", body=hcl.paragraphs(_arguments(declaration)))
    return f"{MARK} Say `landbridge terraform` again after a change; your own goes into other files.\n\n" + (
        f"{provider}\n{module}"
    )


def _arguments(declaration: Declaration) -> Iterator[Mapping[str, str]]:
    yield {"source": hcl.text(f"./{MODULE_FOLDER}")}
    yield {
        "name": hcl.text(declaration.name),
        "domain_name": hcl.text(declaration.domain),
        "corporate_cidr_blocks": hcl.texts(str(block) for block in declaration.link.corporate),
    }
    yield {"network": _network(declaration)}
    yield {"link": _link(declaration)}
    yield {
        "certificate": "var.certificate",
        "hosted_zone": "var.hosted_zone",
        "resolver_endpoint": "var.resolver_endpoint",
    }
    yield {"function": _function(declaration)}
    yield {"frontend": _frontend(declaration)}
    if declaration.tables:
        yield {"tables": hcl.mapping({table.name: _table(table) for table in declaration.tables})}
    yield {"api": f"merge({{ stage_name = {hcl.text(STAGE)} }}, var.api)"}


def _network(declaration: Declaration) -> str:
    subnets = {zone.name: hcl.text(str(zone.subnet)) for zone in declaration.zones}
    created = hcl.mapping({"cidr_block": hcl.text(str(declaration.vpc)), "subnets": hcl.mapping(subnets)})
    return hcl.mapping(
        {
            "existing": "var.existing_network",
            "create": f"var.existing_network != null ? null : {created}",
        }
    )


def _link(declaration: Declaration) -> str:
    """An existing network has its link already."""
    if declaration.link.type is LinkType.VPN:
        value = "{ customer_gateway_ip_address = var.customer_gateway_ip_address }"
        return hcl.mapping({"vpn": f"var.existing_network != null ? null : {value}"})
    return hcl.mapping({"direct_connect": "var.existing_network != null ? null : var.direct_connect"})


def _function(declaration: Declaration) -> str:
    backend = declaration.backend
    arguments = {
        "package": f'"${{path.module}}/{CODE}"',
        "handler": hcl.text(backend.handler),
        "runtime": hcl.text(backend.runtime),
        "route": hcl.text(backend.route),
        "memory_size": str(backend.memory_mb),
        "timeout": str(backend.timeout_s),
    }
    if backend.environment:
        variables = {name: hcl.text(value) for name, value in backend.environment}
        arguments["environment"] = hcl.mapping(variables)
    return hcl.mapping(arguments)


def _frontend(declaration: Declaration) -> str:
    return hcl.mapping(
        {
            "folder": f'"${{path.module}}/{FRONTEND_FOLDER}"',
            "index": hcl.text(declaration.frontend.index),
            "fallback": hcl.flag(declaration.frontend.fallback),
        }
    )


def _table(table: TableKeys) -> str:
    sort_key = {"sort_key": hcl.text(table.sort_key)} if table.sort_key else {}
    return hcl.mapping({"key": hcl.text(table.key), **sort_key})


def _variables(declaration: Declaration) -> str:
    link = VPN_VARIABLE if declaration.link.type is LinkType.VPN else DIRECT_CONNECT_VARIABLE
    return f"{VARIABLES}\n{link}"


def _outputs(declaration: Declaration) -> str:
    vpn = declaration.link.type is LinkType.VPN
    return "\n".join((OUTPUTS, VPN_OUTPUT) if vpn else (OUTPUTS,))


def _readme(declaration: Declaration) -> str:
    vpn = declaration.link.type is LinkType.VPN
    return README.format(
        name=declaration.name,
        domain=declaration.domain,
        link_row=VPN_ROW if vpn else DIRECT_CONNECT_ROW,
        link_argument=' -var customer_gateway_ip_address="203.0.113.10"' if vpn else "",
    )


VARIABLES = """\
variable "certificate" {
  description = "The domain's certificate: existing = { arn }, public_zone = { id }, or private_ca = { arn }."
  type = object({
    existing    = optional(object({ arn = string }))
    public_zone = optional(object({ id = string }))
    private_ca  = optional(object({ arn = string }))
  })
}

variable "existing_network" {
  description = "A VPC linked to the office, subnets by Availability Zone. Null creates the declared one."
  type = object({
    vpc_id          = string
    subnet_ids      = map(string)
    route_table_ids = optional(map(string), {})
  })
  default = null
}

variable "hosted_zone" {
  description = "A private hosted zone that exists. Null creates one named as the app."
  type        = object({ id = string })
  default     = null
}

variable "resolver_endpoint" {
  description = "Whether to create a Resolver inbound endpoint. False where the VPC has one."
  type        = bool
  default     = true
}

variable "api" {
  description = "Settings of the stage: access_logs, logging_level, cloudwatch_role and others of the module."
  type        = any
  default     = {}
}
"""

VPN_VARIABLE = """\
variable "customer_gateway_ip_address" {
  description = "The public address of the corporate VPN device. Null only with an existing network."
  type        = string
  default     = null
}
"""

DIRECT_CONNECT_VARIABLE = """\
variable "direct_connect" {
  description = "An existing Direct Connect gateway, and the virtual interface to create, if any."
  type = object({
    gateway         = optional(object({ id = string }))
    amazon_side_asn = optional(number, 64512)
    virtual_interface = optional(object({
      connection_id = string
      vlan          = number
      bgp_asn       = optional(number, 65000)
    }))
  })
  default = {}
}
"""

OUTPUTS = """\
output "url" {
  description = "Where people find the app."
  value       = module.app.url
}

output "load_balancer_dns_name" {
  description = "The load balancer's own name."
  value       = module.app.load_balancer_dns_name
}

output "resolver_addresses" {
  description = "What the corporate DNS servers forward the domain to."
  value       = module.app.resolver_addresses
}
"""

VPN_OUTPUT = """\
output "customer_gateway_configuration" {
  description = "What to configure the corporate VPN device with."
  value       = module.app.customer_gateway_configuration
  sensitive   = true
}
"""

VPN_ROW = "| `customer_gateway_ip_address` | the public address of the corporate VPN device |"
DIRECT_CONNECT_ROW = (
    "| `direct_connect` | the Direct Connect gateway, or nothing to have one created; a virtual interface |"
)

README = """\
# {name}: Terraform

{domain} as a Terraform root module, written by `landbridge terraform` from `landbridge.toml`. It is complete:
`backend.zip` is the function's code, `frontend/` the files, `modules/` the module.

```sh
terraform init
terraform apply{link_argument} -var 'certificate={{existing={{arn="arn:aws:acm:..."}}}}'
```

To try it on this machine first, put the variables into `terraform.tfvars` and say
`landbridge up --terraform .`; any ARN does there as `certificate = {{ private_ca = {{ arn = "..." }} }}`.

| variable | |
|---|---|
| `certificate` | the certificate for the domain: an existing one, or how to get one |
{link_row}
| `existing_network` | a VPC that exists, linked to the office; without it the declared one is created |
| `hosted_zone` | a private hosted zone that exists; without it one named as the app is created |
| `resolver_endpoint` | `false` where the VPC has a Resolver inbound endpoint |
| `api` | settings of the stage; `{{cloudwatch_role=true}}` sets the account's role that access logs need |

`landbridge terraform` writes `main.tf`, `variables.tf`, `outputs.tf`, `versions.tf`, this file,
`backend.zip`, `frontend/` and `modules/` anew. What is yours (a backend for the state, `terraform.tfvars`)
goes into files of other names and stays.
"""
