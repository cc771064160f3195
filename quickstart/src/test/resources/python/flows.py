"""The public Python client, as published, against a running platform (contract, chapter 5.2).

Prints a line for each flow; the first one that goes wrong ends the program.
"""

import csv
import os
import sys
import tempfile
import time

import requests
from kbcstorage.client import Client

STAMP = str(int(time.time() * 1000) % 1_000_000_000)
BUCKET = "py" + STAMP
HOME = tempfile.mkdtemp()


def write(name, rows):
    path = os.path.join(HOME, name)
    with open(path, "w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)
    return path


def read(path):
    with open(path, newline="", encoding="utf-8") as text:
        return list(csv.reader(text))


def same(what, found, expected):
    if found != expected:
        sys.exit("%s: %r instead of %r" % (what, found, expected))


def done(flow):
    print("flow: " + flow, flush=True)


def refused(status, call, *arguments):
    try:
        call(*arguments)
    except requests.HTTPError as error:
        same("status", error.response.status_code, status)
        return
    sys.exit("it was not refused")


client = Client(os.environ["STORAGE_API_HTTP_URL"], os.environ["STORAGE_API_TOKEN"])

token = client.tokens.verify()
same("provider", token["owner"]["fileStorageProvider"], "aws")
refused(401, Client(os.environ["STORAGE_API_HTTP_URL"], "1-1-x").tokens.verify)
done("tokens")

bucket = client.buckets.create(BUCKET)["id"]
same("bucket", bucket, "in.c-" + BUCKET)
same("detail", client.buckets.detail(bucket)["id"], bucket)
same("listed", bucket in [one["id"] for one in client.buckets.list()], True)
refused(400, client.buckets.create, BUCKET)
refused(404, client.buckets.detail, "in.c-nope" + STAMP)
done("buckets")

head = ["id", "name"]
rows = [head, ["1", 'a "b", c'], ["2", "line\nbreak"], ["3", "žluť"], ["", ""]]
table = client.tables.create(bucket, "users", write("users.csv", rows), primary_key=["id"])
same("table", table, bucket + ".users")
same("columns", client.tables.detail(table)["columns"], head)
same("rows", client.tables.detail(table)["rowsCount"], 4)
same("tables of the bucket", [one["id"] for one in client.buckets.list_tables(bucket)], [table])
done("create table from a file")

loaded = client.tables.load(
    table, write("more.csv", [head, ["2", "changed"], ["4", "new"]]), is_incremental=True)
same("imported", loaded["importedRowsCount"], 2)
same("rows after an update", client.tables.detail(table)["rowsCount"], 5)
done("incremental load")

preview = client.tables.preview(table, where_column="id", where_values=["2"])
same("preview", preview, '"id","name"\n"2","changed"\n')
done("preview")

for gzip in (True, False):
    exported = read(client.tables.export_to_file(table, HOME, is_gzip=gzip))
    same("export", sorted(exported[1:]),
         sorted([["", ""], ["1", 'a "b", c'], ["2", "changed"], ["3", "žluť"], ["4", "new"]]))
    same("header", exported[0], head)
done("export, plain and gzip")

client.tables.load(table, write("all.csv", [head, ["9", "only"]]))
same("rows after a full load", client.tables.detail(table)["rowsCount"], 1)
same("raw", client.tables.export_to_file(table, HOME, columns=["name"]) is not None, True)
done("full load")

file_id = client.files.upload_file(write("plain.csv", rows), tags=["py " + STAMP, "b"])
same("tags", sorted(client.files.detail(file_id)["tags"]), ["b", "py " + STAMP])
same("found", [one["id"] for one in client.files.list(tags=["py " + STAMP])], [file_id])
same("found by a query", [one["id"] for one in client.files.list(q='tags:"py %s"' % STAMP)], [file_id])
same("downloaded", read(client.files.download(file_id, HOME)), rows)
client.files.delete(file_id)
refused(404, client.files.detail, file_id)
done("files")

own = client.tokens.verify()["id"]
trigger = client.triggers.create(int(own), "orchestration", "cfg-1", 10, [table])
client.triggers.update(trigger["id"], coolDownPeriodMinutes=20, tableIds=[table])
same("trigger", client.triggers.detail(trigger["id"])["coolDownPeriodMinutes"], 20)
client.triggers.delete(trigger["id"])
done("triggers")

same("metadata of a table", client.tables.metadata.list(table), [])
client.tables.metadata.create(
    table, "user", [{"key": "KBC.description", "value": "Users"}],
    [[{"key": "k", "value": "v", "columnName": "id"}]])
same("described", client.tables.metadata.list(table)[0]["value"], "Users")
done("metadata")

workspace = client.workspaces.create()
client.workspaces.load_tables(workspace["id"], {table: "users"})
same("workspace", workspace["id"] in [one["id"] for one in client.workspaces.list()], True)
client.workspaces.reset_password(workspace["id"])
client.workspaces.delete(workspace["id"])
done("workspaces")

client.tables.delete(table)
refused(404, client.tables.detail, table)
client.buckets.delete(bucket, force=True)
done("removal")
