"""A WSGI application that echoes the request; `/large/` exceeds what the network buffers."""

LARGE = 6_000_000  # bytes


def application(environ, start_response):
    if environ["PATH_INFO"] == "/large/":
        body = b"x" * LARGE
    else:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["PATH_INFO"].encode() + b" " + environ["wsgi.input"].read(length)
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
