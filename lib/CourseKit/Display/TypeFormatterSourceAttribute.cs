namespace CourseKit.Display;

/// <summary>
/// Notebook kernels find this attribute by its name and members, not by its type (the convention-based formatter). So the library
/// renders in every kernel without a reference to any kernel.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;

    public string[] PreferredMimeTypes { get; set; } = [];
}
