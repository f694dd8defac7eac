/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the database layer's tests. */
#pragma once

static const char schema[] =
    "CREATE TABLE shelf_row (platform VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " shelf VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, owner VARCHAR(30), text LONGTEXT,"
    " data LONGBLOB, small INT NOT NULL DEFAULT 0, large BIGINT NOT NULL DEFAULT 0,"
    " unsigned_small INT UNSIGNED, unsigned_large BIGINT UNSIGNED, yes BOOL, kind INT,"
    " ratio DOUBLE, share FLOAT, create_us BIGINT, day DATE, price_minor BIGINT,"
    " price_currency CHAR(3), city VARCHAR(100), street VARCHAR(100), word VARCHAR(100),"
    " number BIGINT, spot_city VARCHAR(100), token BLOB, version BIGINT NOT NULL DEFAULT 1,"
    " unique_text VARCHAR(50) AS (LEFT(text, 50)) STORED,"
    " PRIMARY KEY (platform, id), UNIQUE KEY text_once (platform, unique_text),"
    " UNIQUE KEY number_once (platform, number));"
    "CREATE TABLE tag (platform VARCHAR(30) NOT NULL, row_id CHAR(26) NOT NULL,"
    " position INT NOT NULL, tag VARCHAR(100) NOT NULL, PRIMARY KEY (platform, row_id, position));"
    "CREATE TABLE item (platform VARCHAR(30) NOT NULL, row_id CHAR(26) NOT NULL,"
    " id VARCHAR(30) NOT NULL, count INT NOT NULL, price_minor BIGINT, owner VARCHAR(30),"
    " PRIMARY KEY (platform, row_id, id));"
    "CREATE TABLE owner (platform VARCHAR(30) NOT NULL, id VARCHAR(30) NOT NULL, email BLOB NOT "
    "NULL,"
    " email_index CHAR(32), home BLOB, photo BLOB, nickname VARCHAR(50),"
    " PRIMARY KEY (platform, id), UNIQUE KEY owner_email (platform, email_index));"
    "CREATE TABLE settings (platform VARCHAR(30) NOT NULL PRIMARY KEY, text VARCHAR(50));"
    "INSERT INTO settings VALUES ('acme', 'plain')";
