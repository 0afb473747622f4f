namespace CourseKit.Data;

/// <summary>The colour of face and neck.</summary>
public enum SkinTone
{
    /// <summary>Very light.</summary>
    Porcelain,
    /// <summary>Light.</summary>
    Peach,
    /// <summary>Brown.</summary>
    Bronze,
    /// <summary>Dark brown.</summary>
    Umber,
}

/// <summary>The colour of the hair.</summary>
public enum HairColour
{
    /// <summary>Nearly black.</summary>
    Ink,
    /// <summary>Red.</summary>
    Copper,
    /// <summary>Blond.</summary>
    Gold,
    /// <summary>Pink.</summary>
    Rose,
    /// <summary>Blue-green.</summary>
    Teal,
}

/// <summary>The cut of the hair.</summary>
public enum HairStyle
{
    /// <summary>To the chin, with a straight fringe.</summary>
    Bob,
    /// <summary>Over the shoulders, parted in the middle.</summary>
    Flowing,
    /// <summary>In two bunches beside the head.</summary>
    Pigtails,
    /// <summary>Short and jagged.</summary>
    Spikes,
}

/// <summary>The colour of both eyes. There are four colours, so two eyes with random colours agree in 25 % of the pictures.</summary>
public enum EyeColour
{
    /// <summary>Blue.</summary>
    Blue,
    /// <summary>Green.</summary>
    Green,
    /// <summary>Yellow-orange.</summary>
    Amber,
    /// <summary>Red.</summary>
    Ruby,
}

/// <summary>The shape of the mouth.</summary>
public enum MouthShape
{
    /// <summary>A curved line.</summary>
    Smile,
    /// <summary>Open, with the tongue showing.</summary>
    Open,
    /// <summary>A dot.</summary>
    Small,
}

/// <summary>The colour behind the head.</summary>
public enum Backdrop
{
    /// <summary>Light blue.</summary>
    Sky,
    /// <summary>Light green.</summary>
    Mint,
    /// <summary>Light violet.</summary>
    Lilac,
}
