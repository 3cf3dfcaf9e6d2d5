namespace Qbitel.Gateway.Fix.Stores;

/// <summary>A message store cannot be opened, read or written.</summary>
public sealed class FixStoreException : IOException
{
    public FixStoreException()
    {
    }

    public FixStoreException(string message)
        : base(message)
    {
    }

    public FixStoreException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
