-- The wrapped keys of persons; deleting a row is erasing the person.

-- name: find_subject_key :maybe in: SubjectKey out: SubjectKey
SELECT wrapped FROM subject_key WHERE platform = :platform AND subject = :subject;

-- name: add_subject_key :exec in: SubjectKey
-- unique: PRIMARY = CONFLICT
INSERT INTO subject_key (platform, subject, wrapped, create_us)
VALUES (:platform, :subject, FROM_BASE64(:wrapped), :real);
