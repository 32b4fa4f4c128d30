<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: Apache-2.0 -->
<!-- From an image's bill of materials to a list for people of what in it is not ours. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text" encoding="UTF-8" />

  <xsl:template match="/">
    <xsl:text>What others made in this image. The texts of their licences are in legal/, by Java module.&#10;</xsl:text>
    <xsl:for-each select="/*/*[local-name() = 'components']/*[not(starts-with(*[local-name() = 'name'], 'jvfio-'))]">
      <xsl:text>&#10;</xsl:text>
      <xsl:value-of select="concat(*[local-name() = 'name'], ' ', *[local-name() = 'version'])" />
      <xsl:text>&#10;</xsl:text>
      <xsl:for-each select="*[local-name() = 'licenses']//*[local-name() = 'id' or local-name() = 'name' or local-name() = 'expression']">
        <xsl:value-of select="concat('    licence: ', ., '&#10;')" />
      </xsl:for-each>
      <xsl:for-each select=".//*[local-name() = 'reference'][@type = 'website']/*[local-name() = 'url']">
        <xsl:value-of select="concat('    ', ., '&#10;')" />
      </xsl:for-each>
    </xsl:for-each>
  </xsl:template>
</xsl:stylesheet>
