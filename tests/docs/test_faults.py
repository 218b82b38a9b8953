"""Each row of docs/faults.md is tried by a test: the row beside the names of its tests."""

from __future__ import annotations

import ast
import re

from tests.factories import ROOT

TRIED_BY = {
    "No response, 408": "test_it_is_requested_four_times_and_no_more test_no_server_is_an_error "
    "test_a_page_that_stays_damaged_is_a_failure",
    "Ten failed requests in a row": "test_ten_failures_in_a_row_end_the_run "
    "test_a_server_that_wants_a_long_wait_is_left_alone "
    "test_a_crawl_delay_of_more_than_ten_minutes_ends_the_run",
    "robots.txt has no response": "test_no_server_is_an_error",
    "robots.txt is an error": "test_no_request_if_robots_txt_cannot_be_read "
    "test_a_page_in_place_of_robots_txt_is_no_permission "
    "test_what_cannot_be_read_is_no_permission "
    "test_a_file_that_is_too_long_is_no_permission",
    "robots.txt forbids a page": "test_robots_txt_is_obeyed",
    "A block page": "test_a_block_page_ends_the_run_and_leaves_no_trace "
    "test_two_403_in_a_row_are_a_block",
    "Header lines of more than 128 KiB, or a page": "test_header_lines_have_a_bound "
    "test_what_cannot_be_undone_is_not_requested_again",
    "A temporary redirect, for example": "test_a_temporary_redirect_to_a_notice_never_becomes_the_text_of_a_release "
    "test_redirects_in_a_circle_are_failures",
    "A day in a listing": "test_releases_below_a_day_that_cannot_be_read_are_fetched_and_accounted_for",
    "A web archive [blocks": "test_the_second_429_stops_the_run "
    "test_a_refused_connection_after_the_first_429_stops_the_run",
    "The process is killed": "test_runs_killed_at_any_moment_end_with_the_same_dataset",
    "Ctrl-C": "test_a_run_that_is_stopped_is_incomplete_and_the_next_goes_on "
    "test_ctrl_c_pressed_twice_ends_a_run_at_once test_a_run_outlives_its_terminal_under_nohup",
    "A second run": "test_a_second_run_on_one_database_ends_at_once_and_names_the_first",
    "The disk is full": "test_a_full_disk_ends_the_run_and_leaves_the_database_whole "
    "test_no_room_for_the_archive_ends_the_run test_a_full_disk_leaves_the_old_file "
    "test_a_full_disk_is_one_line",
    "The database is moved": "test_a_database_that_was_deleted_meanwhile_is_an_error",
    "A file or folder that cannot be written": "test_what_cannot_be_written_is_one_line_before_any_request "
    "test_a_feed_that_cannot_be_written_is_said_before_any_request",
    "An export is killed": "test_a_folder_is_the_old_or_the_new_one_after_a_kill "
    "test_a_file_is_the_old_or_the_new_one_after_a_kill",
    "An archive file is lost": "test_pages_whose_archive_was_lost_are_fetched_whole_again",
    "The clock ran ahead": "test_a_clock_that_ran_ahead_delays_no_retry",
    "Nothing can be printed": "test_a_run_ends_the_same_whether_or_not_its_summary_can_be_printed "
    "test_a_monitor_that_is_not_reached_ends_no_run",
    "`MOFA_DB` is a database of another": "test_a_database_of_another_program_stays_as_it_is "
    "test_a_database_of_a_newer_version_stays_as_it_is",
    "`MOFA_JSON` is a file": "test_a_file_with_other_content_is_never_replaced",
    "A damaged or cut WARC file": "test_records_beyond_damage_are_read "
    "test_whole_records_of_a_torn_file_are_read",
    "A WARC record with a wrong digest": "test_a_payload_digest_is_checked "
    "test_headers_as_long_as_servers_send_are_read "
    "test_a_hostile_file_is_named_and_the_rest_is_read",
    "A saved page that does not contain": "test_a_folder_of_all_sorts "
    "test_what_is_lost_is_reported",
    "A file of a [kind": "test_a_folder_of_all_sorts "
    "test_what_is_lost_is_reported "
    "test_a_file_that_is_too_large_is_named test_a_hostile_file_is_named_and_the_rest_is_read "
    "test_a_folder_that_cannot_be_listed_is_named "
    "test_folders_that_are_not_read_are_named",
    "Compressed data that is too large": "test_a_hostile_file_is_named_and_the_rest_is_read "
    "test_good_files_are_no_bombs",
    "A WACZ file with more than": "test_the_number_of_archives_in_a_file_has_a_bound",
    "A page of more than 16 MiB": "test_what_is_lost_is_reported",
    "A capture with a time": "test_what_is_lost_is_reported",
}


def test_every_fault_has_its_tests_and_every_test_is_there() -> None:
    text = (ROOT / "docs/faults.md").read_text("utf-8")
    rows = [
        row for row in re.findall(r"^\| (.+)", text, re.MULTILINE) if not row.startswith("fault")
    ]
    assert len(rows) == len(TRIED_BY)
    for begin in TRIED_BY:
        assert len([row for row in rows if row.startswith(begin)]) == 1, begin
    functions = {
        node.name
        for file in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert {name for names in TRIED_BY.values() for name in names.split()} - functions == set()
