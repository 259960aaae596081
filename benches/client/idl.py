"""Reads all of an Open_vSwitch database with the Python IDL: idl.py REMOTE SCHEMA"""

import json
import sys
import time

import ovs.db.idl
import ovs.poller
import ovs.version

try:
    import ovs._json  # noqa: F401

    extension = True
except ImportError:
    extension = False

remote, schema = sys.argv[1:]
start = time.monotonic()
helper = ovs.db.idl.SchemaHelper(schema)
helper.register_all()
idl = ovs.db.idl.Idl(remote, helper)
while not idl.has_ever_connected():
    idl.run()
    if not idl.has_ever_connected():
        poller = ovs.poller.Poller()
        idl.wait(poller)
        poller.block()
port = next(row for row in idl.tables["Port"].rows.values() if row.name == "net0001")
assert port.tag == [1], port.tag
seconds = time.monotonic() - start
ports = len(idl.tables["Port"].rows)
told = {"seconds": seconds, "ports": ports, "extension": extension, "version": ovs.version.VERSION}
print(json.dumps(told))
