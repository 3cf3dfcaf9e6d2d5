using System.Buffers;
using System.Globalization;

namespace Qbitel.Protocols.Fix;

/// <summary>Makes the messages one party sends another: header, sequence numbers and times are filled in.</summary>
/// <param name="version"><c>FIX.4.2</c> or <c>FIX.4.4</c>, or <c>FIX.5.0</c>, <c>FIX.5.0SP1</c> and <c>FIX.5.0SP2</c>,
/// which FIXT.1.1 carries.</param>
/// <param name="sender">SenderCompID (49).</param>
/// <param name="target">TargetCompID (56).</param>
/// <param name="time">The clock of SendingTime (52).</param>
/// <remarks>Not safe for use by several threads at once: messages are numbered in the order they are made.</remarks>
public sealed class FixBuilder(string version, string sender, string target, TimeProvider time)
{
    // Messages of the session layer, which are FIXT's under FIXT.1.1 and need no application version.
    private static readonly SearchValues<char> SessionTypes = SearchValues.Create("012345An");

    private readonly (FixVersion Field8, FixApplication? Application) _version =
        FixVersion.TryParseName(version, out FixVersion field8, out FixApplication? application)
        && (field8 == FixVersion.Fixt11
            ? application is not null : FixProfile.Standard.DictionaryOf(field8, null) is not null)
            ? (field8, application)
            : throw new ArgumentException($"{version} is not a version whose rules are carried", nameof(version));

    /// <summary>What the parties have agreed on beyond the version's table; nothing unless set.</summary>
    public FixProfile Profile { get; init; } = FixProfile.Standard;

    /// <summary>MsgSeqNum (34) of the next message.</summary>
    public int NextSequenceNumber { get; set; } = 1;

    /// <summary>A message of any type, with its header; the caller sets the body.</summary>
    public FixDraft Create(string messageType)
    {
        ArgumentException.ThrowIfNullOrEmpty(messageType);
        FixProfile profile = _version.Application is { } own ? Profile.WithApplication(own) : Profile;
        FixDraft draft = new FixDraft(_version.Field8, profile).Set(35, messageType);
        if (_version.Application is { } application
            && !(messageType.Length == 1 && SessionTypes.Contains(messageType[0])))
        {
            draft.Set(1128, ((int)application).ToString(CultureInfo.InvariantCulture));
        }

        return draft.Set(49, sender).Set(56, target)
            .Set(34, (NextSequenceNumber++).ToString(CultureInfo.InvariantCulture))
            .Set(52, time.GetUtcNow());
    }

    /// <exception cref="MessageFormatException">A value does not fit its field.</exception>
    public FixMessage CreateLogon(TimeSpan heartbeat, bool resetSequence = false)
    {
        string seconds = ((int)heartbeat.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        FixDraft draft = Create("A").Set(98, "0").Set(108, seconds);
        if (resetSequence) draft.Set(141, "Y");
        if (_version.Application is { } application)
        {
            draft.Set(1137, ((int)application).ToString(CultureInfo.InvariantCulture));
        }

        return draft.Build();
    }

    /// <summary>
    /// A limit order where there is a price, otherwise a market order, at the broker's discretion, for the day.
    /// </summary>
    /// <exception cref="MessageFormatException">A value does not fit its field.</exception>
    public FixMessage CreateNewOrderSingle(string orderId, string symbol, char side, decimal quantity,
        decimal? price = null)
    {
        FixDraft draft = Create("D").Set(11, orderId).Set(21, "1").Set(55, symbol).Set(54, side.ToString())
            .Set(60, time.GetUtcNow()).Set(38, quantity).Set(40, price is null ? "1" : "2");
        return (price is { } limit ? draft.Set(44, limit) : draft).Build();
    }

    /// <exception cref="MessageFormatException">A value does not fit its field.</exception>
    public FixMessage CreateExecutionReport(string orderId, string execId, string execType, string symbol,
        FixExecution execution)
    {
        ArgumentNullException.ThrowIfNull(execution);
        FixDraft draft = Create("8").Set(37, orderId).Set(17, execId);
        if (_version.Field8 == FixVersion.Fix42) draft.Set(20, "0"); // ExecTransType, which later versions lack
        return draft.Set(150, execType).Set(39, execution.OrderStatus.ToString())
            .Set(55, symbol).Set(54, execution.Side.ToString())
            .Set(151, execution.RemainingQuantity).Set(14, execution.ExecutedQuantity).Set(6, execution.AveragePrice)
            .Build();
    }
}
