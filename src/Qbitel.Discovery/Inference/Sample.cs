namespace Qbitel.Discovery.Inference;

/// <summary>One message of an unknown protocol, as the inference sees it beside the others of its kind.</summary>
/// <param name="Index">Its number in the input.</param>
/// <param name="Bytes">All of it, without any framing that was taken off.</param>
/// <param name="Flow">The conversation it belongs to.</param>
/// <param name="Direction">Which way it went.</param>
/// <param name="Time">When it was captured, where the input says so.</param>
internal sealed record Sample(int Index, ReadOnlyMemory<byte> Bytes, Flow Flow, FlowDirection Direction,
    DateTimeOffset? Time);
