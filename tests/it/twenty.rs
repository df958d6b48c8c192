//! The twenty details that separate an excellent screen from a mediocre one, each with the tests that show it. A test
//! that is renamed or dropped fails here.

use std::collections::BTreeSet;
use std::path::Path;

const DETAILS: [(&str, &[&str]); 20] = [
    (
        "every action works with the input method in Chinese",
        &[
            "every_action_can_be_reached_through_an_input_method",
            "j1_to_j3_in_chinese_on_a_small_screen",
            "j1_to_j3_in_english_on_a_large_screen",
        ],
    ),
    ("the input method is noticed and said", &["chinese_input_in_a_list_does_nothing_but_say_so"]),
    (
        "the caret is real, at the insertion cell, in every frame",
        &[
            "in_every_field_the_caret_stands_behind_what_was_typed_and_high_enough",
            "each_frame_ends_with_the_cursor_at_the_caret",
            "anything_may_be_pressed",
            "caret_stands_at_the_insertion_cell",
        ],
    ),
    (
        "the input line is at the top",
        &["in_every_field_the_caret_stands_behind_what_was_typed_and_high_enough"],
    ),
    (
        "width is probed, forced, looked at",
        &[
            "a_wide_console_is_found_out_and_gets_ascii",
            "wide_consoles_get_nothing_ambiguous",
            "the_width_can_be_forced_in_the_settings",
            "keys_and_widths_can_be_tried",
        ],
    ),
    (
        "no half character, no row too long, padding in cells",
        &[
            "a_box_never_shows_half_a_character",
            "anything_may_be_pressed",
            "any_size_is_survived",
            "snapshots",
        ],
    ),
    (
        "a pasted paragraph does nothing in a list and is one line in a field",
        &[
            "a_pasted_paragraph_does_nothing_outside_a_field",
            "pasted_lines_become_one",
            "a_word_and_enter_at_once_are_typed_and_pressed",
            "a_burst_is_text_and_an_enter_is_a_key_where_pastes_are_marked",
        ],
    ),
    (
        "paint before the first query; stale answers change nothing",
        &[
            "the_first_frame_waits_for_no_question",
            "no_stale_answer_is_taken",
            "a_late_page_calls_nobody_back",
        ],
    ),
    (
        "idle means no wake-up; what moves is small and moves five times a second",
        &["idle_means_idle", "an_import_is_drawn_five_times_a_second"],
    ),
    (
        "the selection is an id",
        &[
            "the_highlight_stays_on_its_notice_whatever_happens_to_the_list",
            "the_highlight_stays_on_its_duty_while_a_filter_is_typed",
            "selection_follows_the_notice_not_the_place",
            "the_palette_does_not_move_under_the_user",
        ],
    ),
    (
        "undo covers everything, a batch is one step, a restart keeps it",
        &[
            "undo_holds_after_a_restart",
            "a_batch_is_undone_as_one_and_named",
            "ten_thousand_random_events_over_the_demo_break_no_promise",
        ],
    ),
    (
        "done says where it went and the way back",
        &["every_decision_says_the_way_back", "toasts_name_the_thing_and_the_way_back"],
    ),
    (
        "what cannot be done stays visible with its reason",
        &["disabled_actions_say_why", "what_cannot_be_done_stays_visible_with_its_reason"],
    ),
    (
        "a deadline shows its words and is mended with a key",
        &[
            "in_the_lead_text",
            "in_a_copy_that_says_another_day",
            "in_the_correction_that_set_it",
            "a_typed_deadline_is_sent_and_nothing_typed_takes_it_back",
            "j3_the_copy_that_says_another_day",
            "from_an_export_to_done_and_back",
        ],
    ),
    (
        "differences in words, the odd copy first; apart is one key and comes back",
        &["j3_the_copy_that_says_another_day", "j4_wrongly_together_a_split_stays_split"],
    ),
    (
        "an import says what it did not understand; twice is once",
        &[
            "an_import_says_with_the_line_what_it_did_not_understand",
            "import_previews_asks_confirms_and_can_be_stopped",
            "order_and_repetition_do_not_matter",
        ],
    ),
    (
        "no decision is lost and the terminal is given back",
        &[
            "kill_during_an_import_loses_nothing_decided",
            "a_panic_of_any_thread_gives_the_terminal_back",
            "sigterm_gives_the_terminal_back",
            "the_line_hung_up_gives_the_terminal_back_and_keeps_what_was_decided",
            "a_closed_window_ends_the_program_and_keeps_what_was_decided",
            "a_decision_made_in_the_last_moment_is_written",
        ],
    ),
    (
        "a double-clicked exe waits for Enter on an error",
        &[
            "a_double_clicked_program_waits_for_enter_on_an_error",
            "only_an_error_in_a_window_of_its_own_waits",
        ],
    ),
    (
        "exports open anywhere and repeat byte for byte",
        &[
            "texts_and_tables_open_in_notepad_wps_and_excel",
            "two_runs_give_the_same_bytes_whatever_the_order",
            "golden_files_of_the_text_formats",
        ],
    ),
    (
        "everything has a command, and doctor tells what is asked for on the telephone",
        &[
            "whatever_the_screen_does_a_command_does",
            "doctor_says_what_is_asked_for_on_the_telephone",
            "doctor_probes_the_terminal_it_stands_in",
        ],
    ),
];

fn functions(folder: &Path, out: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            functions(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let names = text.split("fn ").skip(1).filter_map(|rest| rest.split('(').next());
            out.extend(names.map(ToOwned::to_owned));
        }
    }
}

#[test]
fn each_of_the_twenty_details_has_a_test_that_shows_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut there = BTreeSet::new();
    functions(&root.join("src"), &mut there);
    functions(&root.join("tests"), &mut there);
    for (number, (detail, tests)) in (1..).zip(DETAILS) {
        assert!(!tests.is_empty(), "{number}. {detail}");
        for test in tests {
            assert!(there.contains(*test), "{number}. {detail}: no test {test}");
        }
    }
}
