data "aws_iam_policy_document" "function_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "function" {
  name               = "intranet-function"
  assume_role_policy = data.aws_iam_policy_document.function_trust.json
}

resource "aws_iam_role_policy_attachment" "function_logs" {
  role       = aws_iam_role.function.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

data "aws_iam_policy_document" "function" {
  statement {
    sid       = "CountPages"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.pages.arn]
  }
}

resource "aws_iam_policy" "function" {
  name   = "intranet-function"
  policy = data.aws_iam_policy_document.function.json
}

resource "aws_iam_role_policy_attachment" "function" {
  role       = aws_iam_role.function.name
  policy_arn = aws_iam_policy.function.arn
}

resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/intranet"
  retention_in_days = 14
}

resource "aws_lambda_function" "backend" {
  function_name    = "intranet"
  description      = "What the intranet's pages ask"
  role             = aws_iam_role.function.arn
  runtime          = "python3.11"
  handler          = "app.handler"
  filename         = "${path.module}/material/function.zip"
  source_code_hash = filebase64sha256("${path.module}/material/function.zip")
  memory_size      = 256
  timeout          = 10
  architectures    = ["x86_64"]

  environment {
    variables = { GREETING = "Good morning" }
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "WARN"
    log_group             = aws_cloudwatch_log_group.function.name
  }

  depends_on = [aws_iam_role_policy_attachment.function_logs]
}

resource "aws_lambda_permission" "api" {
  statement_id   = "AllowTheApi"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.backend.function_name
  principal      = "apigateway.amazonaws.com"
  source_arn     = "${aws_api_gateway_rest_api.intranet.execution_arn}/*/*/api/*"
  source_account = local.account
}
