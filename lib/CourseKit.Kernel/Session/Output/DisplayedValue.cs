using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Output;

/// <summary>
/// A displayed value, which another value can replace in the same place. As the last expression of a cell it shows nothing: what it stands for is
/// displayed already. The class is in no namespace so that a cell which names it means this one, not that of .NET Interactive's packages.
/// </summary>
#pragma warning disable CA1050 // See above.
public sealed class DisplayedValue
#pragma warning restore CA1050
{
    private readonly string[] mimeTypes;

    internal DisplayedValue(MimeBundle data, string[] mimeTypes)
    {
        this.mimeTypes = mimeTypes;
        RunningCell.Emit(new DisplayOutput(data, DisplayId, IsUpdate: false));
    }

    /// <summary>The id of the display (<c>display_id</c> in Jupyter's protocol): a new GUID.</summary>
    public string DisplayId { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Shows another value in the same place. Any cell and any thread may call this method.</summary>
    /// <param name="value">Any value, also null.</param>
    public void Update(object? value) =>
        RunningCell.Emit(new DisplayOutput(Formatter.Format(value, mimeTypes), DisplayId, IsUpdate: true));
}
