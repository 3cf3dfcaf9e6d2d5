using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;
using Qbitel.Protocols.Fix;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fix;

/// <summary>The examples of the format's page, run.</summary>
public sealed class FixExampleTests
{
    private const string Parties = "453=2|448=P|447=D|452=1|802=1|523=S|803=1|448=Q|447=D|452=3|";

    [Fact]
    public void Groups_are_read()
    {
        byte[] rawFixMessage = FixText.Frame(FixText.Order + Parties);
        List<string> read = [];

        #region ReadFixGroups
        FixMessage order = new FixParser("FIX.4.4").Parse(rawFixMessage);
        foreach (FixEntry party in order.Group(453)!)                     // NoPartyIDs; null where it has none
        {
            IEnumerable<string?> parts = party.Group(802)?.Select(part => part.GetField(523)) ?? [];
            read.Add($"{party.GetField(452)}: {party.GetField(448)} {string.Join(' ', parts)}");
        }
        #endregion

        Assert.Equal(["1: P S", "3: Q "], read);
    }

    [Fact]
    public void An_agreement_is_judged_by()
    {
        byte[] rawFixMessage = FixText.Frame(FixText.Order.Replace("54=1|", "54=Z|", StringComparison.Ordinal)
            + "453=1|448=P|447=D|452=1|5001=A|");

        #region FixAgreement
        FixProfile agreed = FixProfile.Standard
            .WithApplication(FixApplication.Fix50SP1)                     // DefaultApplVerID of the session
            .WithField(5001, "DeskCode", "char", "A", "B")                // a tag of our own, with its values
            .WithFieldsInGroup(453, 5001)                                 // ... in the entries of NoPartyIDs
            .WithCodes(54, "Z");                                          // one more value of Side
        IReadOnlyList<Diagnostic> findings = FixMessage.Parse(rawFixMessage).Validate(agreed, ParseMode.Strict);
        #endregion

        Assert.Empty(findings);
    }

    [Fact]
    public void An_order_is_verified_and_its_answer_signed()
    {
        using MLDsa clientKey = ManagedMLDsa.ImportMLDsaPrivateSeed(MLDsaAlgorithm.MLDsa44, new byte[32]);
        using MLDsa brokerKey = ManagedMLDsa.ImportMLDsaPrivateSeed(MLDsaAlgorithm.MLDsa44, new byte[32]);
        byte[] rawFixMessage = FixMessage.Parse(FixText.Frame(FixText.Order)).Sign(clientKey).ToBytes();
        TimeProvider time = new ManualTime(new DateTimeOffset(2026, 11, 24, 9, 30, 0, TimeSpan.Zero));

        #region VerifyAndSignFix
        FixParser parser = new("FIX.4.4");
        FixMessage order = parser.ParseAndVerify(rawFixMessage, clientKey);        // throws unless it is the client's
        FixBuilder builder = new("FIX.4.4", sender: "BRK", target: "CLI", time);
        byte[] toSend = builder.CreateExecutionReport(
            orderId: order.GetField(11)!, execId: "E1", execType: "F", symbol: order.GetField(55)!,
            new FixExecution(Side: '1', OrderStatus: '2', RemainingQuantity: 0, ExecutedQuantity: 100,
                AveragePrice: 10.5m)).Sign(brokerKey).ToBytes();
        #endregion

        Assert.True(FixMessage.Parse(toSend).Verify(brokerKey));
    }

    [Fact]
    public void A_message_is_read_in_place()
    {
        ReadOnlySpan<byte> received = FixText.Frame(FixText.Order);
        decimal total = 0;

        #region ReadFixView
        Span<FixField> room = stackalloc FixField[128];
        if (FixView.TryRead(received, room, out FixView message, out _) == FrameStatus.Complete && message.IsValid()
            && message.MessageType.SequenceEqual("D"u8)
            && message.TryGet(38, out decimal quantity) && message.TryGet(44, out decimal price))
        {
            total += quantity * price;
        }
        #endregion

        Assert.Equal(1050m, total);
    }
}
