using System.Globalization;

namespace Qbitel.Protocols.Fix;

/// <summary>Makes the messages one party sends another: header, sequence numbers and times are filled in.</summary>
/// <param name="version">What field 8 says: <c>FIX.4.2</c> or <c>FIX.4.4</c>, whose rules are known.</param>
/// <param name="sender">SenderCompID (49).</param>
/// <param name="target">TargetCompID (56).</param>
/// <param name="time">The clock of SendingTime (52).</param>
/// <remarks>Not safe for use by several threads at once: messages are numbered in the order they are made.</remarks>
public sealed class FixBuilder(string version, string sender, string target, TimeProvider time)
{
    private readonly FixVersion _version = FixVersion.TryParse(version.AsSpan(), out FixVersion known)
        && FixDictionary.Of(known) is not null
        ? known : throw new ArgumentException($"{version} is not a version whose rules are carried", nameof(version));

    /// <summary>MsgSeqNum (34) of the next message.</summary>
    public int NextSequenceNumber { get; set; } = 1;

    /// <summary>A message of any type, with its header; the caller sets the body.</summary>
    public FixDraft Create(string messageType)
    {
        ArgumentException.ThrowIfNullOrEmpty(messageType);
        return new FixDraft(_version)
            .Set(35, messageType).Set(49, sender).Set(56, target)
            .Set(34, (NextSequenceNumber++).ToString(CultureInfo.InvariantCulture))
            .Set(52, time.GetUtcNow());
    }

    /// <exception cref="MessageFormatException">A value does not fit its field.</exception>
    public FixMessage CreateLogon(TimeSpan heartbeat, bool resetSequence = false)
    {
        string seconds = ((int)heartbeat.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        FixDraft draft = Create("A").Set(98, "0").Set(108, seconds);
        return (resetSequence ? draft.Set(141, "Y") : draft).Build();
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
        if (_version == FixVersion.Fix42) draft.Set(20, "0"); // ExecTransType, which later versions no longer have
        return draft.Set(150, execType).Set(39, execution.OrderStatus.ToString())
            .Set(55, symbol).Set(54, execution.Side.ToString())
            .Set(151, execution.RemainingQuantity).Set(14, execution.ExecutedQuantity).Set(6, execution.AveragePrice)
            .Build();
    }
}
