namespace Qbitel.Protocols.Swift.Xml;

/// <summary>A message that was kept as XML: written as FIN, and where its parts stand in the XML.</summary>
/// <param name="Offset">Of its element.</param>
/// <param name="Message">As FIN has it; null where it cannot be written so.</param>
/// <param name="Places">Where its bytes come from.</param>
/// <param name="Findings">What is wrong with the XML, located in it.</param>
internal sealed record SwiftXmlMessage(int Offset, SwiftMessage? Message, SwiftPlaces Places,
    IReadOnlyList<Diagnostic> Findings);
