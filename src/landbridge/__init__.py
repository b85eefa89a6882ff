"""landbridge: an AWS API whose request path is real.

Five nouns, in the direction that data flows:

- a *declaration* (``landbridge.toml``) becomes a plan of AWS calls: ``blueprint``;
- the *AWS API* (moto, mended) executes them, or anyone's boto3 or Terraform: ``control``;
- ``capture`` reads the API's answers into one immutable *Topology*: ``model``;
- ``semantics`` decides what AWS does with a connection and a request: a *journey* of *hops* (``trace``);
- ``serve`` performs the journey on real sockets, ``cli`` shows it.

Start reading at ``semantics/journey/``.
"""

__version__ = "0.1.0"
