# Bare C names for our own packages.
s/^package entremise\..*;$/&\nimport "protobuf-c\/protobuf-c.proto";\noption (pb_c_file).c_package = "";/
s/^package peer\..*;$/&\nimport "protobuf-c\/protobuf-c.proto";\noption (pb_c_file).c_package = "";/
# protoc-c 1.4 refuses proto3 optional; on the wire it is the same field.
s/^\( *\)optional \([a-z0-9_.]* [a-z0-9_]* = [0-9]*\)/\1\2/
