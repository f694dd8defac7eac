-- The tables that every service has: changes, work, the keys of persons.
-- compatible_from: 1

CREATE TABLE change_log (
	platform    VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id          CHAR(26)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	change_us   BIGINT       NOT NULL,
	record_us   BIGINT       NOT NULL,
	resource    VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version     BIGINT       NOT NULL,
	type        VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	method      VARCHAR(150) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	actor       VARCHAR(80)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	speaker     VARCHAR(80)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	trace       CHAR(32)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	data        MEDIUMBLOB   NOT NULL,
	request_key BINARY(16)   NULL,
	fingerprint BINARY(16)   NULL,
	reply       MEDIUMBLOB   NULL,
	PRIMARY KEY (platform, id),
	UNIQUE KEY request_once (platform, request_key)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE work (
	platform   VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id         CHAR(26)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	lane       TINYINT      NOT NULL,
	kind       VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	cause      VARCHAR(150) CHARACTER SET ascii COLLATE ascii_bin NULL,
	resource   VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	payload    MEDIUMBLOB   NOT NULL,
	state      TINYINT      NOT NULL,
	due_us     BIGINT       NOT NULL,
	fence      BIGINT       NOT NULL,
	attempts   INT          NOT NULL,
	last_error VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	create_us  BIGINT       NOT NULL,
	PRIMARY KEY (platform, id),
	UNIQUE KEY work_once (platform, kind, cause),
	KEY work_due (lane, state, due_us)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE subject_key (
	platform  VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	subject   VARCHAR(150) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	wrapped   VARBINARY(500) NOT NULL,
	create_us BIGINT       NOT NULL,
	PRIMARY KEY (platform, subject)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE platform_setting (
	platform     VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version      BIGINT       NOT NULL,
	display_name VARCHAR(200) NOT NULL,
	edition      TINYINT      NOT NULL,
	modules      BIGINT       NOT NULL,
	time_zone    VARCHAR(50)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	currency     CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	language     CHAR(2)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (platform)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
