using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Session.Output;

/// <summary>
/// A displayed value, which another value can replace in the same place. As the last expression of a cell it shows nothing: what it stands for is
/// displayed already.
/// </summary>
public sealed class DisplayedValue
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
