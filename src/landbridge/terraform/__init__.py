"""The user's own Terraform configuration, applied unchanged to the local AWS API.

In: a folder with a root module, the user's ``terraform`` or ``tofu``, the AWS API's address. Out: resources
in that API, Terraform's progress and errors on stderr. Never: a file written in the user's folder, a
credential or profile of the user in Terraform's environment, a connection to AWS.

Start reading at ``configuration.py``. ``view.py`` makes the folder that Terraform really runs in,
``providers.py`` reads what the providers are configured to and overrides what would lead away from here,
``environment.py`` builds Terraform's environment, ``gate.py`` is its only way to the network, ``runner.py``
runs it.

The other way round, ``root_module.py`` writes a declared app as Terraform that calls ``modules/``.
"""
