namespace CourseKit.Kernel.Display;

/// <summary>Text that is HTML already and is displayed as it stands.</summary>
/// <param name="html">The HTML.</param>
public sealed class HtmlString(string html)
{
    /// <summary>The HTML.</summary>
    public override string ToString() => html;
}
