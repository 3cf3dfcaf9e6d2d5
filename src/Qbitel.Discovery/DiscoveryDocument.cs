using System.Text.Json;

namespace Qbitel.Discovery;

/// <summary>What a discovery found: every message of the input is in exactly one protocol, or unassigned.</summary>
public sealed record DiscoveryDocument
{
    /// <summary>Known protocols by name, then unknown ones by size.</summary>
    public required IReadOnlyList<DiscoveredProtocol> Protocols { get; init; }

    /// <summary>Indexes of messages that belong to no group, ascending.</summary>
    public required IReadOnlyList<int> Unassigned { get; init; }

    public required DiscoverySummary Summary { get; init; }

    /// <summary>Writes the document; the same document always gives the same bytes.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);

        writer.WriteStartObject();
        writer.WriteStartArray("protocols");
        foreach (DiscoveredProtocol protocol in Protocols) Write(writer, protocol);
        writer.WriteEndArray();

        writer.WriteStartArray("unassigned");
        foreach (int index in Unassigned) writer.WriteNumberValue(index);
        writer.WriteEndArray();

        writer.WriteStartObject("summary");
        writer.WriteString("source", Summary.Source);
        writer.WriteNumber("packets", Summary.PacketCount);
        writer.WriteNumber("messages", Summary.MessageCount);
        writer.WriteNumber("unassigned", Unassigned.Count);
        writer.WriteNumber("flows", Summary.FlowCount);
        writer.WriteStartArray("invalid");
        foreach (InvalidMessage message in Summary.Invalid)
        {
            writer.WriteStartObject();
            writer.WriteNumber("index", message.Index);
            writer.WriteString("protocol", message.Protocol);
            writer.WriteString("code", message.Error.Code);
            if (message.Error.Offset is { } offset) writer.WriteNumber("offset", offset);
            writer.WriteString("message", message.Error.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("warningCounts");
        foreach ((string code, long count) in Summary.WarningCounts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            writer.WriteNumber(code, count);
        writer.WriteEndObject();
        writer.WriteStartArray("warnings");
        foreach (InputWarning warning in Summary.Warnings)
        {
            writer.WriteStartObject();
            writer.WriteString("code", warning.Code);
            writer.WriteNumber("offset", warning.Offset);
            writer.WriteString("message", warning.Message);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (Summary.Coverage is { } coverage) Write(writer, coverage);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, TrafficCoverage coverage)
    {
        writer.WriteStartObject("coverage");
        writer.WriteNumber("sampledFlows", coverage.SampledFlows);
        writer.WriteNumber("sampledBytes", coverage.SampledSize);
        writer.WriteStartArray("protocols");
        foreach (ProtocolCoverage protocol in coverage.Protocols)
        {
            writer.WriteStartObject();
            if (protocol.Protocol.Length > 0) writer.WriteString("name", protocol.Protocol);
            else writer.WriteNull("name");
            writer.WriteNumber("flows", protocol.Flows);
            writer.WriteNumber("packets", protocol.Packets);
            writer.WriteNumber("bytes", protocol.Size);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, DiscoveredProtocol protocol)
    {
        writer.WriteStartObject();
        writer.WriteString("name", protocol.Name);
        writer.WriteNumber("confidence", Math.Round(protocol.Confidence, 4));
        if (protocol.Variant.Count == 0)
        {
            writer.WriteNull("variant");
        }
        else
        {
            writer.WriteStartObject("variant");
            foreach ((string name, string value) in protocol.Variant) writer.WriteString(name, value);
            writer.WriteEndObject();
        }

        writer.WriteNumber("messageCount", protocol.Messages.Count);
        writer.WriteStartArray("flows");
        foreach (string flow in protocol.Flows) writer.WriteStringValue(flow);
        writer.WriteEndArray();

        writer.WriteStartArray("messageTypes");
        foreach (DiscoveredMessageType type in protocol.MessageTypes)
        {
            writer.WriteStartObject();
            writer.WriteString("name", type.Name);
            writer.WriteNumber("count", type.Count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        Write(writer, protocol.Grammar);
        writer.WriteStartArray("messages");
        foreach (DiscoveredMessage message in protocol.Messages) Write(writer, message);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, DiscoveredGrammar? grammar)
    {
        if (grammar is null)
        {
            writer.WriteNull("grammar");
            return;
        }

        writer.WriteStartObject("grammar");
        writer.WriteString("start", grammar.Start);
        writer.WriteStartArray("rules");
        foreach (GrammarRule rule in grammar.Rules)
        {
            writer.WriteStartObject();
            writer.WriteString("lhs", rule.Symbol);
            writer.WriteStartArray("alternatives");
            foreach (GrammarAlternative alternative in rule.Alternatives)
            {
                writer.WriteStartObject();
                writer.WriteNumber("p", Math.Round(alternative.Probability, 6));
                writer.WriteStartArray("symbols");
                foreach (string symbol in alternative.Symbols) writer.WriteStringValue(symbol);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("attributes");
        foreach (GrammarTie attribute in grammar.Attributes)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", attribute.Kind);
            writer.WriteString("field", attribute.Field);
            writer.WriteString("of", attribute.Of);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, DiscoveredMessage message)
    {
        writer.WriteStartObject();
        writer.WriteNumber("index", message.Index);
        writer.WriteString("type", message.Type);
        writer.WriteStartArray("boundaries");
        IReadOnlyList<DiscoveredField> fields = message.Fields;
        foreach (int boundary in DiscoveredMessage.StartsOf(fields)) writer.WriteNumberValue(boundary);
        writer.WriteEndArray();
        writer.WriteStartArray("fields");
        foreach (DiscoveredField field in fields)
        {
            writer.WriteStartObject();
            writer.WriteNumber("start", field.Start);
            writer.WriteNumber("length", field.Length);
            writer.WriteString("name", field.Name);
            writer.WriteString("type", field.Type);
            writer.WriteString("semantic", field.Semantic);
            writer.WriteNumber("confidence", Math.Round(field.Confidence, 4));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

/// <summary>The input in numbers, and what was odd about it.</summary>
public sealed record DiscoverySummary
{
    /// <summary><c>pcap</c>, <c>pcapng</c>, <c>jsonl</c>, <c>hex</c> or <c>raw</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Packets, or lines, read.</summary>
    public required long PacketCount { get; init; }

    public required int MessageCount { get; init; }

    public required int FlowCount { get; init; }

    /// <summary>Messages that claim a known protocol and do not hold, the first 1,000.</summary>
    public required IReadOnlyList<InvalidMessage> Invalid { get; init; }

    public required IReadOnlyList<InputWarning> Warnings { get; init; }

    /// <summary>All warnings by code, also those beyond the ones listed.</summary>
    public required IReadOnlyDictionary<string, long> WarningCounts { get; init; }

    /// <summary>What was counted, where the document is about a sample; null where it is about all of the
    /// input.</summary>
    public TrafficCoverage? Coverage { get; init; }
}
