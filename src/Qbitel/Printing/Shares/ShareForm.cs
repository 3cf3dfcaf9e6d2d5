namespace Qbitel.Printing.Shares;

/// <summary>As what a custodian's share is written.</summary>
internal enum ShareForm
{
    /// <summary>Plain text, with the code in block characters.</summary>
    Text,

    /// <summary>A page of HTML to print.</summary>
    Html,

    /// <summary>The same page as one picture.</summary>
    Svg,
}
