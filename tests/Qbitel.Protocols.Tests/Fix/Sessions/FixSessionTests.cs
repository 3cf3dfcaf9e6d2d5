using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Protocols.Tests.Fix.Sessions;

public sealed class FixSessionTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void An_acceptor_answers_a_logon_with_its_heartbeat()
    {
        SessionSide side = new(SessionSide.Between("US", "PEER"));
        side.Connect();

        side.Hear("A", 1, "98=0|108=20|");

        Assert.Equal("35=A|34=1|98=0|108=20|", side.Said());
        Assert.Equal(FixSessionStatus.Established, side.Session.Status);
        Assert.Equal(TimeSpan.FromSeconds(20), side.Session.Heartbeat);
    }

    [Fact]
    public void Silence_is_answered_by_a_heartbeat_then_a_question_then_the_end()
    {
        SessionSide side = Established();

        for (int i = 0; i < 30; i++) side.Tick(Second);
        Assert.Equal("35=0|34=2|", side.Said());
        for (int i = 0; i < 6; i++) side.Tick(Second);
        Assert.StartsWith("35=1|34=3|112=", side.Said(), StringComparison.Ordinal);
        for (int i = 0; i < 36; i++) side.Tick(Second);

        Assert.Equal("the peer is silent", side.EndReason);
    }

    [Fact]
    public void An_answer_to_the_question_keeps_the_session()
    {
        SessionSide side = Established();
        for (int i = 0; i < 36; i++) side.Tick(Second);
        side.Hear("0", 2, "112=x|");
        for (int i = 0; i < 36; i++) side.Tick(Second);

        Assert.Null(side.EndReason);
    }

    [Theory, InlineData(3600), InlineData(-3600)]
    public void A_jump_of_the_clock_moves_no_timer(int seconds)
    {
        SessionSide side = Established();

        side.Now = side.Now with { Utc = side.Now.Utc.AddSeconds(seconds) };
        side.Tick(Second);

        Assert.Null(side.Said());
        Assert.Null(side.EndReason);
    }

    [Fact]
    public void A_connection_that_does_not_log_on_ends_in_time()
    {
        SessionSide side = new(SessionSide.Between("US", "PEER"));
        side.Connect();

        for (int i = 0; i < 10; i++) side.Tick(Second);

        Assert.Equal("no Logon came in time", side.EndReason);
    }

    [Fact]
    public void A_logout_that_is_not_answered_ends_in_time()
    {
        SessionSide side = Established();
        side.Logout();
        side.Tick(Second);
        side.Tick(Second);

        Assert.Equal("35=5|34=2|", side.Said());
        Assert.Equal("no answer to our Logout came in time", side.EndReason);
    }

    [Fact]
    public void A_heartbeat_interval_beyond_the_limits_is_refused_with_a_word()
    {
        SessionSide side = new(SessionSide.Between("US", "PEER"));
        side.Connect();

        side.Hear("A", 1, "98=0|108=3600|");

        Assert.Equal("35=5|34=1|58=HeartBtInt is not one that is taken here|", side.Said());
        Assert.NotNull(side.EndReason);
    }

    [Fact]
    public void A_gap_is_asked_for_three_times_and_then_given_up()
    {
        SessionSide side = Established();
        side.Hear("D", 5, "11=late|");
        List<string?> said = [];
        for (int i = 0; i < 100 && side.EndReason is null; i++)
        {
            side.Tick(Second);
            if (i % 10 == 0) side.Hear("0", 6 + (i / 10));
            while (side.Said() is { } next) said.Add(next);
        }

        Assert.Equal(3, said.Count(text => text!.Contains("|7=2|16=0|", StringComparison.Ordinal)));
        Assert.Contains(said, text => text!.StartsWith("35=5|", StringComparison.Ordinal));
        Assert.Empty(side.Delivered);
    }

    [Fact]
    public void A_long_gap_is_asked_for_in_parts()
    {
        SessionSide side = Established(options => options with { ResendChunk = 3 });
        side.Hear("D", 10, "11=ten|");
        Assert.Equal("35=2|34=2|7=2|16=4|", side.Said());
        for (int number = 2; number <= 4; number++) side.Hear("D", number, $"11={number}|");
        Assert.Equal("35=2|34=3|7=5|16=7|", side.Said());
        for (int number = 5; number <= 7; number++) side.Hear("D", number, $"11={number}|");
        Assert.Equal("35=2|34=4|7=8|16=9|", side.Said());
        for (int number = 8; number <= 9; number++) side.Hear("D", number, $"11={number}|");

        Assert.Equal(["2", "3", "4", "5", "6", "7", "8", "9", "ten"], side.Delivered);
        Assert.False(side.Session.HasGap);
    }

    [Fact]
    public void A_replay_fills_gaps_for_what_is_not_the_applications()
    {
        SessionSide side = Established();
        side.SendOrder("a");
        side.Tick(TimeSpan.FromSeconds(30)); // a heartbeat
        side.SendOrder("b");
        while (side.Said() is not null)
        {
        }

        side.Hear("2", 2, "7=1|16=0|");

        string time = SessionSide.Time(SessionSide.Start), now = SessionSide.Time(side.Now.Utc);
        Assert.Equal($"35=4|34=1|43=Y|122={now}|36=2|123=Y|", side.Said());
        Assert.Equal($"35=D|34=2|43=Y|122={time}|11=a|", side.Said());
        Assert.Equal($"35=4|34=3|43=Y|122={now}|36=4|123=Y|", side.Said());
        Assert.Equal($"35=D|34=4|43=Y|122={now}|11=b|", side.Said());
        Assert.Null(side.Said());
    }

    [Fact]
    public void What_is_sent_while_the_session_is_down_waits_to_be_asked_for()
    {
        SessionSide side = new(SessionSide.Between("US", "PEER"));
        side.SendOrder("early");
        Assert.Null(side.Said());

        side.Connect();
        side.Hear("A", 1, "98=0|108=30|");
        Assert.Equal("35=A|34=2|98=0|108=30|", side.Said());
        side.Hear("2", 2, "7=1|16=0|");

        Assert.Contains("|11=early|", side.Said(), StringComparison.Ordinal);
    }

    [Fact]
    public void Next_expected_numbers_spare_the_resend_requests()
    {
        SessionSide side = new(SessionSide.Between("US", "PEER") with { UseNextExpected = true });
        side.SendOrder("one");
        side.SendOrder("two");
        side.Connect();

        side.Hear("A", 4, "98=0|108=30|789=2|");

        Assert.Equal("35=A|34=3|98=0|108=30|789=1|", side.Said());
        Assert.Contains("35=D|34=2|43=Y|", side.Said(), StringComparison.Ordinal);
        Assert.Null(side.Said()); // no ResendRequest: our 789 has asked
        for (int number = 1; number <= 3; number++) side.Hear("D", number, $"11={number}|");
        Assert.Equal(5, side.Session.Counts.NextIncoming);
    }

    [Fact]
    public void A_next_expected_number_beyond_what_was_sent_is_refused()
    {
        SessionSide side = new(SessionSide.Between("US", "PEER") with { UseNextExpected = true });
        side.Connect();

        side.Hear("A", 1, "98=0|108=30|789=9|");

        Assert.Contains("58=NextExpectedMsgSeqNum 9", side.Said(), StringComparison.Ordinal);
        Assert.NotNull(side.EndReason);
    }

    [Fact]
    public void The_reset_flag_begins_new_counts_on_both_sides()
    {
        SessionSide side = Established();
        side.SendOrder("old");
        side.Disconnect();
        side.Connect();
        side.Sent.Clear();

        side.Hear("A", 1, "98=0|108=30|141=Y|");

        Assert.Equal("35=A|34=1|98=0|108=30|141=Y|", side.Said());
        Assert.Equal((2, 2), (side.Session.Counts.NextOutgoing, side.Session.Counts.NextIncoming));
    }

    [Fact]
    public void An_initiator_can_ask_for_new_counts()
    {
        SessionSide side = new(SessionSide.Between("US", "PEER", isInitiator: true) with { ResetOnLogon = true });
        side.SendOrder("old");
        side.Connect();
        Assert.Equal("35=A|34=1|98=0|108=30|141=Y|", side.Said());

        side.Hear("A", 1, "98=0|108=30|141=Y|");

        Assert.Equal((2, 2), (side.Session.Counts.NextOutgoing, side.Session.Counts.NextIncoming));
    }

    [Fact]
    public void A_peer_may_begin_new_counts_in_the_middle_of_a_session()
    {
        SessionSide side = Established();
        side.SendOrder("old");
        side.Sent.Clear();

        side.Hear("A", 1, "98=0|108=30|141=Y|");

        Assert.Equal("35=A|34=1|98=0|108=30|141=Y|", side.Said());
        Assert.Equal(FixSessionStatus.Established, side.Session.Status);
        Assert.Equal((2, 2), (side.Session.Counts.NextOutgoing, side.Session.Counts.NextIncoming));
    }

    [Fact]
    public void An_original_time_after_the_sending_time_ends_the_session()
    {
        SessionSide side = Established();

        side.Hear("D", 2, "11=x|", $"43=Y|122={SessionSide.Time(side.Now.Utc.AddSeconds(5))}|");

        Assert.Contains("|373=10|", side.Said(), StringComparison.Ordinal);
        Assert.StartsWith("35=5|", side.Said(), StringComparison.Ordinal);
        Assert.Empty(side.Delivered);
    }

    [Fact]
    public void A_resend_request_for_what_was_never_sent_is_rejected()
    {
        SessionSide side = Established();

        side.Hear("2", 2, "7=9|16=0|");

        Assert.Contains("|371=7|372=2|373=5|", side.Said(), StringComparison.Ordinal);
        Assert.Equal(3, side.Session.Counts.NextIncoming);
    }

    [Fact]
    public void A_flood_of_early_messages_is_bounded_and_asked_for_again()
    {
        SessionSide side = Established(options => options with { MaximumQueued = 10 });
        for (int number = 3; number <= 40; number++) side.Hear("D", number, $"11={number}|");
        side.Hear("D", 2, "11=2|");
        Assert.Equal([.. Enumerable.Range(2, 11).Select(number => $"{number}")], side.Delivered);

        side.Hear("D", 41, "11=41|");

        Assert.Equal("35=2|34=2|7=2|16=0|", side.Said());
        Assert.Equal("35=2|34=3|7=13|16=0|", side.Said());
    }

    [Fact]
    public void Before_fix_42_there_is_another_infinity_and_no_reason()
    {
        SessionSide side = Established(options => options with { Version = Version("FIX.4.1") });
        side.Hear("0", 5);
        Assert.Equal("35=2|34=2|7=2|16=999999|", side.Said());

        side.Hear("D", 2, "11=|");

        Assert.Equal("35=3|34=3|45=2|58=Tag specified without a value|", side.Said());
    }

    [Theory]
    [InlineData("FIX.4.2", "45=2|58=Tag appears more than once|371=11|372=D|")]
    [InlineData("FIX.4.3", "45=2|58=Tag appears more than once|371=11|372=D|373=13|")]
    public void A_reason_that_the_version_does_not_know_is_left_out(string version, string expected)
    {
        SessionSide side = Established(options => options with
        {
            Version = Version(version),
            Check = message => FixMessage.Parse(message).MessageType == "D"
                ? new FixObjection(FixRejectReason.TagAppearsTwice, "11") : null,
        });

        side.Hear("D", 2, "11=x|11=y|");

        Assert.Equal($"35=3|34=2|{expected}", side.Said());
    }

    [Fact]
    public void A_fixt_logon_for_another_application_version_is_refused()
    {
        SessionSide side = new(SessionSide.Between("US", "PEER") with
        {
            Version = FixVersion.Fixt11,
            DefaultApplicationVersion = "9",
        });
        side.Connect();

        side.Hear("A", 1, "98=0|108=30|1137=7|");

        Assert.Equal("35=5|34=1|58=DefaultApplVerID is not 9|", side.Said());
    }

    private static FixVersion Version(string name)
    {
        Assert.True(FixVersion.TryParse(name, out FixVersion version));
        return version;
    }

    internal static SessionSide Established(Func<FixSessionOptions, FixSessionOptions>? with = null)
    {
        FixSessionOptions options = SessionSide.Between("US", "PEER");
        SessionSide side = new(with is null ? options : with(options));
        side.Connect();
        side.Hear("A", 1, "98=0|108=30|");
        side.Sent.Clear();
        return side;
    }
}
