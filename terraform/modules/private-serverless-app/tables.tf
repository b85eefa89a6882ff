locals {
  # ORDERS_TABLE = "shop-orders"
  table_variables = { for name, table in aws_dynamodb_table.this : "${upper(replace(name, "-", "_"))}_TABLE" => table.name }
}

resource "aws_dynamodb_table" "this" {
  for_each = var.tables

  name                        = "${var.name}-${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.key
  range_key                   = each.value.sort_key
  deletion_protection_enabled = each.value.deletion_protection

  dynamic "attribute" {
    for_each = compact([each.value.key, each.value.sort_key])

    content {
      name = attribute.value
      type = "S"
    }
  }

  point_in_time_recovery {
    enabled = each.value.point_in_time_recovery
  }

  tags = merge(local.tags, { Name = "${var.name}-${each.key}" })
}
