namespace Qbitel.Discovery;

/// <summary>What the fields of an unknown protocol were inferred from; the folders above know what is in
/// it.</summary>
internal abstract class ProtocolBasis;
