"""Where each of fifty statistical traps is tried: a test that fails if the behaviour is lost.

The traps: 1-14 model and measurement, 15-22 comparison, 23-33 sampling, weights and bases, 34-36
missing data, 37-48 drivers and change, 49-50 privacy and disclosure.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

WHERE: dict[int, tuple[str, ...]] = {
    1: ("test_pitfalls.py::test_weights_and_scores_of_the_two_estimators_are_not_mixed",
        "model/test_pls_seminr.py::test_composites"),
    2: ("model/test_fit_oracles.py::test_fit_of_the_full_ecsi_equals_lavaan",
        "test_examples.py::test_withheld_paths_are_nowhere"),
    3: ("test_pitfalls.py::test_a_negative_variance_withholds_the_paths",),
    4: ("test_pitfalls.py::test_formative_constructs_are_sent_to_pls",),
    5: ("test_pitfalls.py::test_a_single_item_has_no_alpha_and_an_assumed_reliability",),
    6: ("test_pitfalls.py::test_two_items_have_spearman_brown_and_need_a_neighbour",),
    7: ("elements/test_levels.py::test_what_stands_in_the_cells_of_those_not_asked_never_counts",
        "elements/test_ladder.py::test_scores_are_domain_means_of_the_whole_design"),
    8: ("test_pitfalls.py::test_constructs_that_are_one_are_not_told_apart",),
    9: ("test_pitfalls.py::test_ceilings_widen_robust_errors_not_the_normal_ones",
        "responses/test_quality.py::test_items_are_judged_on_both_ends"),
    10: ("test_pitfalls.py::test_the_index_of_a_ten_point_scale_starts_at_one",),
    11: ("test_pitfalls.py::test_the_index_is_no_factor_score",),
    12: ("test_pitfalls.py::test_the_weights_own_error_is_in_the_interval",
         "comparison/test_trend.py::test_a_series_with_the_weights_of_its_first_wave_is_not_revised"),
    13: ("test_pitfalls.py::test_fit_is_reported_with_its_interval_and_no_stamp",),
    14: ("test_pitfalls.py::test_no_single_factor_is_offered_as_proof",),
    15: ("test_pitfalls_comparing.py::test_a_comparison_without_a_test_of_measurement_says_so",
         "report/test_report_comparable.py::test_the_sentence_names_both_gaps",
         "report/test_report_comparable.py::test_a_row_with_the_corrected_gap_follows"),
    16: ("test_pitfalls_comparing.py::test_thirty_one_provinces_are_released_one_by_one",),
    17: ("test_pitfalls_comparing.py::test_bias_is_told_in_points_whatever_the_balance_of_n",
         "comparison/test_waves.py::test_a_trivial_bias_is_weighed_in_points"),
    18: ("test_pitfalls_comparing.py::test_modes_are_groups_to_test",),
    19: ("test_pitfalls_comparing.py::test_sixty_four_tests_are_corrected_and_counted",
         "comparison/test_groups.py::test_holm_by_hand"),
    20: ("test_pitfalls_comparing.py::test_a_difference_is_tested_where_intervals_overlap",
         "test_pitfalls_comparing.py::test_customers_of_two_operators_are_one_sampling_unit"),
    21: ("test_pitfalls_comparing.py::test_groups_that_nothing_separates_share_tier_and_ranks",),
    22: ("test_pitfalls_comparing.py::test_significant_is_not_relevant",),
    23: ("sampling/test_plan.py::test_every_wanted_margin_is_reached_and_proven",
         "sampling/test_size.py::test_the_detectable_change_is_found_that_often"),
    24: ("sampling/test_plan.py::test_service_in_general_has_no_finite_population",
         "test_pitfalls_waves.py::test_a_finite_population_is_stated"),
    25: ("inference/test_survey_estimates.py::test_school_designs_match_survey",),
    26: ("weighting/test_adjustments.py::test_diagnostics_show_before_and_after",
         "weighting/test_adjustments.py::test_missed_targets_are_listed_when_limits_win"),
    27: ("weighting/test_survey_calibration.py::test_raked_weights_match_survey",),
    28: ("test_pitfalls.py::test_respondents_per_group_have_a_floor",
         "report/test_report_composing.py::test_suppressed_numbers_are_nowhere"),
    29: ("sampling/test_fieldwork.py::test_rates_match_the_example_printed_by_outcomerate",),
    30: ("sampling/test_selection.py::test_quota_strata_are_not_drawn",
         "sampling/test_statement.py::test_no_margin_for_quota"),
    31: ("sampling/test_selection.py::test_the_coverage_note_bounds_the_bias",),
    32: ("sampling/test_plan.py::test_quota_cells_never_get_a_margin_of_error",),
    33: ("sampling/test_selection.py::test_earlier_samples_are_avoided_and_counted",
         "comparison/test_stacking.py::test_a_full_panel_is_a_paired_test"),
    34: ("responses/test_recoding.py::test_each_missing_cell_has_its_reason",),
    35: ("test_pitfalls.py::test_listwise_and_full_information_say_what_they_use",),
    36: ("test_pitfalls.py::test_items_that_nobody_answered_together_are_refused",
         "elements/test_ranking.py::test_answers_of_those_not_asked_never_count"),
    37: ("test_pitfalls.py::test_no_text_calls_a_driver_a_cause",),
    38: ("test_pitfalls.py::test_simulated_changes_stay_on_the_scale",),
    39: ("test_pitfalls.py::test_two_drivers_are_first_as_often_as_the_normal_law_says",),
    40: ("comparison/test_decomposition.py::test_the_parts_add_up_to_the_change",
         "comparison/test_decomposition.py::test_parts_are_averages_over_all_orders",
         "comparison/test_gap_parts.py::test_every_competitor_with_a_base_is_explained"),
    41: ("test_study_waves.py::test_another_mode_ends_every_series",
         "test_study_waves.py::test_a_wave_without_a_mode_was_asked_as_the_study_says"),
    42: ("test_pitfalls_waves.py::test_moving_averages_are_labelled_and_stand_beside_the_score",),
    43: ("test_pitfalls_waves.py::test_every_number_of_a_result_has_its_unit",
         "report/test_report_declares.py::test_every_table_and_figure_declares_base_unit_and_interval"),
    44: ("dissatisfied/test_effect.py::test_the_naive_change_is_regression_to_the_mean",
         "dissatisfied/test_effect.py::test_take_up_is_no_effect"),
    45: ("dissatisfied/test_model.py::test_future_indicators_are_refused",
         "dissatisfied/test_boosting.py::test_calibration_finds_the_slope_of_overconfident_scores"),
    46: ("dissatisfied/test_hypotheses.py::test_gaps_by_hand",
         "dissatisfied/test_hypotheses.py::test_the_raw_gap_is_that_of_the_base"),
    47: ("elements/test_ladder.py::test_every_pair_is_tested_once",),
    48: ("responses/test_quality.py::test_the_effect_of_dropping_is_shown",
         "responses/test_quality.py::test_what_is_planted_is_found_and_nothing_is_dropped"),
    49: ("dissatisfied/test_privacy.py::test_no_result_shows_what_was_planted",
         "dissatisfied/test_reasons.py::test_small_cells_are_not_shown"),
    50: ("report/test_report_declares.py::test_eleven_items_are_disclosed_and_holes_are_called_so",
         "report/test_report_declares.py::test_data_and_questionnaire_versions_and_weights_are_stated"),
}  # fmt: skip


def test_fifty_traps_are_tried() -> None:
    assert sorted(WHERE) == list(range(1, 51))


@pytest.mark.parametrize("trap", WHERE)
def test_the_test_of_a_trap_is_there(trap: int) -> None:
    for name in WHERE[trap]:
        path, _, function = name.partition("::")
        text = (TESTS / path).read_text("utf-8")
        assert re.search(rf"^def {function}\(", text, re.MULTILINE), name
