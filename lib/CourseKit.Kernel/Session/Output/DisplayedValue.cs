using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Session.Output;

/// <summary>A value on display, which may be replaced in place.</summary>
public sealed class DisplayedValue
{
    private readonly string[] mimeTypes;

    internal DisplayedValue(MimeBundle data, string[] mimeTypes)
    {
        this.mimeTypes = mimeTypes;
        RunningCell.Emit(new DisplayOutput(data, DisplayId, IsUpdate: false));
    }

    /// <summary>The display's id, unique everywhere.</summary>
    public string DisplayId { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Shows another value in the same place, from whichever cell or thread.</summary>
    /// <param name="value">Any value, also null.</param>
    public void Update(object? value) =>
        RunningCell.Emit(new DisplayOutput(Formatter.Format(value, mimeTypes), DisplayId, IsUpdate: true));
}
