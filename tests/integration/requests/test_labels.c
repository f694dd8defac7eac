/* SPDX-License-Identifier: Apache-2.0 */
/* The plain life of a resource, with labels (B2): create, read, list, update, delete, repeat (X4).
 */
#include "world.h"

#include <string.h>

#define LABELS(method) METHOD("LabelService", method)
#define PARENT ((char *)"platforms/" PLATFORM)

static Label *create(const char *title, const char *request_id)
{
	CreateLabelRequest request = CREATE_LABEL_REQUEST__INIT;
	Label label = LABEL__INIT;

	label.title = (char *)(uintptr_t)title;
	request.parent = PARENT;
	request.label = &label;
	request.request_id = (char *)(uintptr_t)request_id;
	return (Label *)(void *)world_ok(agent, LABELS("CreateLabel"), &request.base);
}

static Label *get(const char *name)
{
	GetLabelRequest request = GET_LABEL_REQUEST__INIT;

	request.name = (char *)(uintptr_t)name;
	return (Label *)(void *)world_ok(agent, LABELS("GetLabel"), &request.base);
}

static void test_x4_the_same_request_id_gives_the_same_answer_once(void **state)
{
	Label *first = create("repeated", "once-1");
	Label *second = create("repeated", "once-1");
	CreateLabelRequest other = CREATE_LABEL_REQUEST__INIT;
	Label label = LABEL__INIT;

	(void)state;
	assert_string_equal(first->name, second->name);
	label.title = (char *)"another";
	other.parent = PARENT;
	other.label = &label;
	other.request_id = (char *)"once-1";
	world_refused(REASON__REASON_REQUEST_ID_REUSED, agent, LABELS("CreateLabel"), &other.base);
	other.request_id = (char *)"";
	label.title = (char *)"repeated";
	world_refused(REASON__REASON_ALREADY_EXISTS, agent, LABELS("CreateLabel"), &other.base);
}

static struct status update(const char *name, const char *etag, const char *path, const char *title,
			    Label **label)
{
	UpdateLabelRequest request = UPDATE_LABEL_REQUEST__INIT;
	Google__Protobuf__FieldMask mask = GOOGLE__PROTOBUF__FIELD_MASK__INIT;
	char *paths[] = {(char *)(uintptr_t)path};
	Label wanted = LABEL__INIT;

	wanted.name = (char *)(uintptr_t)name;
	wanted.etag = (char *)(uintptr_t)etag;
	wanted.title = (char *)(uintptr_t)title;
	wanted.state = LABEL__STATE__STATE_ACTIVE;
	mask.paths = paths;
	mask.n_paths = 1;
	request.label = &wanted;
	request.update_mask = path ? &mask : NULL;
	return suite_call(suite, agent, arena, LABELS("UpdateLabel"), &request.base,
			  (ProtobufCMessage **)(void *)label);
}

static void test_an_update_changes_what_the_mask_names(void **state)
{
	Label *label = create("before", "");
	Label *after;

	(void)state;
	assert_int_equal(update(label->name, "1", "title", "after", &after).reason, 0);
	assert_string_equal(after->title, "after");
	assert_string_equal(after->etag, "2");
	assert_string_equal(get(label->name)->title, "after");
	assert_int_equal(update(label->name, "1", "title", "later", &after).reason,
			 REASON__REASON_ETAG_MISMATCH);
	assert_int_equal(update(label->name, "", "state", "later", &after).reason,
			 REASON__REASON_INVALID_ARGUMENT);
	assert_int_equal(update(label->name, "", "nothing", "later", &after).reason,
			 REASON__REASON_INVALID_ARGUMENT);
	assert_int_equal(update(label->name, "", NULL, "later", &after).reason, 0);
	assert_string_equal(get(label->name)->title, "later");
}

static Label *delete_label(const char *name)
{
	DeleteLabelRequest request = DELETE_LABEL_REQUEST__INIT;

	request.name = (char *)(uintptr_t)name;
	return (Label *)(void *)world_ok(agent, LABELS("DeleteLabel"), &request.base);
}

static ListLabelsResponse *list(int32_t page_size, const char *token)
{
	ListLabelsRequest request = LIST_LABELS_REQUEST__INIT;

	request.parent = PARENT;
	request.page_size = page_size;
	request.page_token = (char *)(uintptr_t)token;
	return (ListLabelsResponse *)(void *)world_ok(agent, LABELS("ListLabels"), &request.base);
}

static void test_a_deleted_label_is_hidden_and_its_title_free(void **state)
{
	Label *label = create("gone", "");
	Label *after;
	ListLabelsResponse *all;

	(void)state;
	assert_int_equal(delete_label(label->name)->state, LABEL__STATE__STATE_DELETED);
	assert_string_equal(delete_label(label->name)->etag, "2");
	assert_int_equal(get(label->name)->state, LABEL__STATE__STATE_DELETED);
	assert_int_equal(update(label->name, "", "title", "back", &after).reason,
			 REASON__REASON_STATE_CONFLICT);
	all = list(200, "");
	for (size_t i = 0; i < all->n_labels; i++)
		assert_string_not_equal(all->labels[i]->name, label->name);
	create("gone", "");
}

static void test_a_list_is_paged_by_tokens_of_its_own(void **state)
{
	ListLabelsRequest request = LIST_LABELS_REQUEST__INIT;
	ListLabelsResponse *page;
	const char *token = "";
	const char *last = "";
	size_t seen = 0;

	(void)state;
	for (unsigned i = 0; i < 7; i++)
		create(arena_text(arena, "paged %u", i), "");
	do {
		page = list(3, token);
		assert_true(page->n_labels <= 3);
		for (size_t i = 0; i < page->n_labels; i++) {
			assert_true(strcmp(last, page->labels[i]->title) < 0);
			last = page->labels[i]->title;
			seen++;
		}
		token = page->next_page_token;
	} while (*token);
	assert_int_equal(seen, list(200, "")->n_labels);
	request.parent = PARENT;
	request.page_token = (char *)"AAAA";
	world_refused(REASON__REASON_PAGE_TOKEN_INVALID, agent, LABELS("ListLabels"),
		      &request.base);
	request.page_token = list(3, "")->next_page_token;
	world_refused(REASON__REASON_PAGE_TOKEN_INVALID, manager, LABELS("ListLabels"),
		      &request.base);
	request.page_size = -1;
	request.page_token = (char *)"";
	world_refused(REASON__REASON_INVALID_ARGUMENT, agent, LABELS("ListLabels"), &request.base);
}

static void test_bad_input_names_the_field(void **state)
{
	CreateLabelRequest request = CREATE_LABEL_REQUEST__INIT;
	Label label = LABEL__INIT;
	ProtobufCMessage *reply;
	struct status status;

	(void)state;
	request.parent = PARENT;
	request.label = &label;
	status = suite_call(suite, agent, arena, LABELS("CreateLabel"), &request.base, &reply);
	assert_int_equal(status.reason, REASON__REASON_INVALID_ARGUMENT);
	assert_non_null(status.details);
	assert_string_equal(status.details->key, "label.title");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_x4_the_same_request_id_gives_the_same_answer_once),
	    cmocka_unit_test(test_an_update_changes_what_the_mask_names),
	    cmocka_unit_test(test_a_deleted_label_is_hidden_and_its_title_free),
	    cmocka_unit_test(test_a_list_is_paged_by_tokens_of_its_own),
	    cmocka_unit_test(test_bad_input_names_the_field),
	};

	return cmocka_run_group_tests_name("labels", tests, world_begin, world_end);
}
