namespace CourseKit.Display;

/// <summary>
/// Names the class that creates the formatters of a type. .NET Interactive and the course's kernel find this attribute by the names of attribute and
/// members (convention-based formatters). So this library needs no reference to a kernel.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;

    public string[] PreferredMimeTypes { get; set; } = [];
}
