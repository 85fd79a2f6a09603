# SPDX-License-Identifier: Apache-2.0
"""The fault catalogue: each way in which disk, process, DNS and clients may fail, and the tests that try it.

A test of Python is "file: name", one of C++ "file: Suite.Name", a told life the name of its file. This test keeps the
table true: each test is there, and each row has one.
"""

import pathlib
import re
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]

# What fails, and which tests show that nothing is lost and nobody wrongly verified or failed.
CATALOGUE = {
    "S1": ("kill -9 under load", "system/durability_test.py: test_work_survives_kill_9_under_load",
           "soak/month_test.cpp: SimulatedMonth.KeepsAllPromisesWhoeverIsAsked"),
    "S2": ("power cut", "faults/power_cut_test.cpp: PowerCut.S2LosesNothingThatWasAcknowledgedWhicheverSectorsWereWritten",
           "faults/power_cut_test.cpp: PowerCut.S2WouldBeSeenToLoseWhatADiskOnlyPretendsToFlush"),
    "S3": ("end at each write", "faults/store_faults_test.cpp: EachCallOnTheStore.S3MayBeWhereTheProcessEnds"),
    "S4": ("EIO and ENOSPC at each write and flush",
           "faults/store_faults_test.cpp: EachFailureOfADisk.S4RefusesOneGroupAndLosesNone",
           "faults/store_faults_test.cpp: EachFailureOfADisk.S4ThatStaysLosesNothingThatWasAcknowledged",
           "system/fault_rows_test.py: test_s4_a_flush_that_fails_refuses_the_request_and_the_next_one_works",
           "daemon/storage/group_commit_test.cpp: group_commit_test.says_once_that_nothing_can_be_written_any_more"),
    "S5": ("disk full",
           "system/disk_full_test.py: test_refuses_changes_and_nothing_else_until_there_is_space_again",
           "core/store/store_disk_test.cpp: StoreDisk.AFullDiskRefusesGroupsUntilSpaceIsBack"),
    "S6": ("map full", "system/disk_full_test.py: test_refuses_new_identities_when_it_is_full_and_still_deletes",
           "core/store/identity_store_test.cpp: IdentityStore.ThatIsFullHasRoomForAllThatBecomesOfItsIdentities",
           "core/store/identity_store_test.cpp: IdentityStore.StaysWholeWhenWhatIsAddedDoesNotFit"),
    "S7": ("read-only file system", "system/disk_full_test.py: test_that_becomes_read_only_loses_nothing",
           "core/store/store_disk_test.cpp: StoreDisk.ADiskThatIsFullOrReadOnlyAtTheStartIsRefusedWithItsRemedy"),
    "S8": ("damaged, missing or foreign files", "system/disk_full_test.py: test_that_was_cut_is_refused",
           "system/disk_full_test.py: test_that_is_empty_or_missing_is_not_taken_for_a_new_one",
           "system/disk_full_test.py: test_that_holds_garbage_is_refused_or_whole",
           "core/store/store_damage_test.cpp: StoreDamage.InAnyBitIsRefusedOrHarmless",
           "core/store/store_disk_test.cpp: StoreDisk.FilesOfAnotherUserAreRefusedByName"),
    "S9": ("lock.mdb missing or garbage",
           "system/disk_full_test.py: test_starts_when_only_the_table_of_readers_is_gone",
           "core/store/store_disk_test.cpp: StoreDisk.ALockFileOfLmdbThatIsMissingOrGarbageDoesNotMatter"),
    "S10": ("second daemon", "system/durability_test.py: test_of_the_same_store_ends_at_once_and_names_the_first"),
    "S11": ("client that stalls while it is answered",
            "system/fault_rows_test.py: test_s11_a_client_that_does_not_read_pins_no_pages_of_the_store"),
    "S12": ("descriptors of the daemon in other programs",
            "system/fault_rows_test.py: test_s12_no_descriptor_is_left_to_another_program",
            "system/fault_rows_test.py: "
            "test_s12_whatever_is_asked_of_the_running_daemon_it_starts_threads_alone"),
    "P1": ("no descriptors left", "system/socket_abuse_test.py: test_serves_again_when_the_flood_is_over",
           "resolver/recursive/resolver_test.cpp: Resolver.IsUnreachableNotWrongWhenDescriptorsRunOut"),
    "P2": ("no memory left", "system/fault_rows_test.py: test_p2_little_memory_costs_no_identity",
           "system/fault_rows_test.py: "
           "test_p2_memory_that_runs_out_ends_the_daemon_with_a_sentence_and_costs_no_identity",
           "daemon/process/last_words_test.cpp: LastWords.AreSaidOfACoroutineOnWhichNobodyWaits",
           "daemon/storage/group_commit_test.cpp: "
           "group_commit_test.refuses_a_group_that_does_not_fit_into_memory_and_makes_the_next"),
    "P3": ("SIGTERM under load", "system/durability_test.py: test_work_survives_sigterm_under_load"),
    "P4": ("SIGHUP with a good and a broken file",
           "system/service_test.py: test_sighup_takes_level_limits_and_servers",
           "system/service_test.py: test_sighup_with_a_broken_file_keeps_the_settings_and_says_why"),
    "P5": ("SIGPIPE, SIGSTOP, a second SIGTERM",
           "system/service_test.py: test_sigpipe_of_a_log_that_nobody_reads_does_not_end_it",
           "system/fault_rows_test.py: test_p5_a_daemon_that_was_stopped_goes_on_where_it_was",
           "system/fault_rows_test.py: test_p5_a_second_sigterm_changes_nothing"),
    "P6": ("a daemon that hangs",
           "system/service_test.py: test_it_tells_when_it_is_ready_alive_reloading_and_stopping",
           "daemon/storage/group_commit_test.cpp: group_commit_test.answers_a_ping_only_when_the_store_thread_is_free",
           "system/fault_rows_test.py: test_p6_a_daemon_that_hangs_tells_no_watchdog_that_it_lives"),
    "P7": ("the clock jumps", "system/clock_test.py: test_a_year_ahead_fails_nobody",
           "system/clock_test.py: test_back_and_forth_changes_nothing",
           "system/clock_test.py: test_a_day_back_stops_no_check_and_makes_no_window_longer"),
    "P8": ("a machine without a clock",
           "system/clock_test.py: test_from_before_the_machine_knew_the_date_fails_nobody"),
    "P9": ("nobody takes the log", "daemon/process/log_test.cpp: log.goes_on_when_the_disk_is_full",
           "daemon/process/log_test.cpp: log_into_pipe.goes_on_without_waiting_when_nobody_reads"),
    "P10": ("the status file cannot be written, or is a link",
            "system/status_file_test.py: test_for_want_of_its_directory_does_not_stop_the_daemon",
            "system/disk_full_test.py: test_does_not_stop_the_daemon_when_the_status_file_lies_on_it",
            "system/fault_rows_test.py: test_p10_a_link_in_the_place_of_the_status_file_is_not_followed"),
    "D1": ("no resolver", "system/resolver_ill_test.py: test_with_a_closed_port_fails_nobody",
           "system/resolver_ill_test.py: test_with_silence_fails_nobody"),
    "D2": ("SERVFAIL, REFUSED, NOTIMP, FORMERR", "system/resolver_ill_test.py: test_with_servfail_fails_nobody",
           "resolver/recursive/lookup_test.cpp: LookupOf.SeesWhatTheServerDoes"),
    "D3": ("cut off over UDP, over TCP", "resolver/recursive/lookup_test.cpp: LookupOf.SeesWhatTheServerDoes"),
    "D4": ("wrong id, question, port", "resolver/recursive/lookup_test.cpp: LookupOf.SeesWhatTheServerDoes",
           "resolver/wire/dns_answer_test.cpp: DnsAnswer.TakesOnlyResponsesToItsQuestion"),
    "D5": ("broken messages", "resolver/wire/dns_answer_test.cpp: DnsAnswer.ReadsNothingFromBrokenMessages",
           "resolver/wire/dns_answer_test.cpp: DnsAnswer.NeverFindsTheTargetInAMessageWithOneFalseOctetOfMeaning",
           "resolver/wire/dns_answer_test.cpp: DnsAnswer.TakesNoDotOrNulInsideALabelForASeparator"),
    "D6": ("very large and very slow answers", "resolver/recursive/lookup_test.cpp: LookupOf.SeesWhatTheServerDoes"),
    "D7": ("slow and silent servers", "resolver/recursive/lookup_test.cpp: LookupOf.SeesWhatTheServerDoes",
           "system/busy_server_test.py: test_is_asked_as_often_as_allowed_and_keeps_nobody_else_waiting"),
    "D8": ("a flood of forged answers", "system/fault_rows_test.py: test_d8_forged_answers_of_every_id_verify_nothing",
           "resolver/wire/dns_answer_test.cpp: DnsAnswer.WantsTheLettersOfTheQuestionBackOverUdpOnly"),
    "D9": ("lame, dead, private name servers",
           "resolver/zones/record_look_test.cpp: Look.TakesTheNextServerWhenOneIsSilentOrLame",
           "resolver/zones/record_look_test.cpp: Look.CountsNothingWithoutAuthority",
           "resolver/zones/record_look_test.cpp: Look.AsksOverIpv4WhenIpv6IsDead",
           "resolver/zones/zone_finder_test.cpp: ZoneFinder.DoesNotFollowReferralsThatDoNotLeadDown",
           "resolver/zones/zone_finder_test.cpp: ZoneFinder.AsksNoPrivateAddressUnlessAllowed"),
    "D10": ("chains, DNAME, wildcards, delegations, doubled names",
            "system/main_job_test.py: test_redirects_all_names_by_a_dname",
            "system/main_job_test.py: test_answers_for_names_that_nobody_was_given",
            "system/main_job_test.py: test_may_be_written_in_any_case_in_zone_and_request",
            "system/authoritative_test.py: test_is_followed_to_its_own_servers",
            "system/catalogue_test.py: test_in_the_zone_is_told_by_its_code_with_the_remedy"),
    "D11": ("records that flap", "scenarios/flapping_record.txt", "scenarios/flapping_zone.txt",
            "scenarios/flapping_after_success.txt",
            "system/fault_rows_test.py: "
            "test_d11_ten_thousand_domains_that_flap_verify_none_and_keep_nobody_waiting",
            "soak/month_test.cpp: SimulatedMonth.KeepsAllPromisesWhoeverIsAsked"),
    "D12": ("caches that keep a denial",
            "system/unbound_drop_in_test.py: "
            "test_is_hidden_by_an_early_look_for_as_long_as_the_zone_says_but_briefly_with_the_drop_in"),
    "D13": ("resolv.conf changed, missing or empty",
            "system/fault_rows_test.py: "
            "test_d13_resolv_conf_counts_when_it_names_a_server_and_never_means_this_machine",
            "system/faults_test.py: "
            "test_that_is_empty_at_the_start_makes_an_ill_daemon_that_recovers_by_itself",
            "daemon/config/resolv_conf_test.cpp: resolv_conf.that_is_missing_never_means_this_machine",
            "daemon/config/resolv_conf_test.cpp: resolv_conf.without_a_server_never_means_this_machine"),
    "D14": ("bogus DNSSEC, AD that nobody may trust",
            "system/catalogue_servers_test.py: test_that_validates_refuses_a_zone_with_wrong_signatures",
            "resolver/polling/poller_confirmation_test.cpp: Confirmation.DoesNotBelieveAdWithoutTrust"),
    "D15": ("records of an identity that was deleted",
            "system/main_job_test.py: test_gets_new_tokens_after_deletion_so_that_old_records_prove_nothing"),
    "C1": ("a flood of connections", "system/socket_abuse_test.py: test_takes_newcomers_while_many_are_idle",
           "system/socket_abuse_test.py: test_tells_newcomers_when_all_are_busy",
           "system/ses_http_abuse_test.py: test_takes_newcomers_while_many_are_idle"),
    "C2": ("drips, half requests, half closes",
           "system/socket_abuse_test.py: test_closes_a_request_that_never_ends_but_no_client_that_goes_on",
           "system/socket_abuse_test.py: test_forgets_half_a_request_of_a_client_that_leaves",
           "system/socket_abuse_test.py: test_answers_a_client_that_has_shut_its_side",
           "system/ses_http_abuse_test.py: test_gives_up_a_client_that_drips"),
    "C3": ("endless lines, octets that are no text, clients that never read",
           "system/socket_abuse_test.py: test_needs_no_memory_for_a_line_without_an_end",
           "system/socket_abuse_test.py: test_refuses_what_is_not_text",
           "system/socket_abuse_test.py: test_bounds_what_a_client_can_ask_for_without_reading",
           "system/control_test.py: test_may_be_pipelined_by_the_thousand"),
    "C4": ("names of every kind", "core/domain_name_test.cpp: refused_name.gets_its_own_reason",
           "daemon/operations/idna_test.cpp: idna.takes_other_dots_and_wide_letters_for_what_they_mean",
           "system/identity_rules_test.py: test_are_stored_in_lower_case_as_a_labels"),
    "C5": ("names that nobody owns", "system/identity_rules_test.py: test_that_cannot_be_verified_are_refused_with_the_reason",
           "daemon/operations/public_suffix_test.cpp: public_suffix.is_a_name_under_which_many_owners_register"),
    "C6": ("what stands in the place of the socket",
           "system/socket_abuse_test.py: test_that_a_killed_daemon_left_is_replaced",
           "system/socket_abuse_test.py: test_that_another_program_serves_is_left_alone",
           "system/socket_abuse_test.py: test_that_is_a_link_to_nowhere_is_left_alone",
           "system/socket_abuse_test.py: test_has_a_path_that_the_system_can_hold"),
    "C7": ("other users", "system/socket_abuse_test.py: test_is_for_those_alone_who_may_open_it"),
    "C8": ("two accounts, and one twice at once",
           "system/main_job_test.py: test_is_verified_for_each_account_by_its_own_tokens",
           "system/fault_rows_test.py: test_c8_all_who_ask_at_once_get_the_same_tokens"),
    "C9": ("deleted while it is looked at", "daemon/operations/settlement_test.cpp: Settlement.OfADeletedIdentityKeepsNothing",
           "resolver/polling/poller_test.cpp: Poller.DropsAnIdentityThatWasDeletedOrHasFailed",
           "system/fault_rows_test.py: test_c9_a_late_answer_is_not_taken_for_the_next_identity"),
}  # fmt: skip

ROWS = [f"S{i}" for i in range(1, 13)] + [f"P{i}" for i in range(1, 11)]
ROWS += [f"D{i}" for i in range(1, 16)] + [f"C{i}" for i in range(1, 10)]


def is_there(test):
    file, _, name = test.partition(": ")
    path = TESTS / file
    if not path.exists() or not name:
        return path.exists()
    text = path.read_text()
    if path.suffix == ".py":
        return re.search(rf"^    def {name}\(self", text, re.M) is not None
    suite, case = name.split(".")
    return re.search(rf"^TEST(?:_F|_P)?\(\s*{suite},\s*{case}\)", text, re.M) is not None


class TheFaultCatalogue(unittest.TestCase):
    def test_has_every_row(self):
        self.assertEqual(sorted(CATALOGUE), sorted(ROWS))

    def test_names_tests_that_are_there(self):
        for row, (what, *tests) in CATALOGUE.items():
            self.assertTrue(tests, f"{row}, {what}: no test")
            for test in tests:
                self.assertTrue(is_there(test), f"{row}, {what}: there is no {test}")

    def test_would_see_that_one_is_missing(self):
        self.assertFalse(is_there("system/fault_rows_test.py: test_s4_nobody_wrote_this"))
        self.assertFalse(is_there("faults/power_cut_test.cpp: PowerCut.NobodyWroteThis"))
        self.assertFalse(is_there("scenarios/nobody_wrote_this.txt"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
